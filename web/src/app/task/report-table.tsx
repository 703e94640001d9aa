import { Tag } from '../../ui/state-tag.tsx';
import type { AppMessage } from '../app-messages.ts';
import { useText } from '../use-text.ts';
import type { PlatformReport, ReportRule } from './platform-report.ts';

const RULES: Readonly<Record<string, AppMessage>> = {
  ...{ format: 'ruleFormat', size: 'ruleSize', ratio: 'ruleRatio', bytes: 'ruleBytes', ground: 'ruleGround' },
  ...{ fill: 'ruleFill', margins: 'ruleMargins' },
};

/** Every picture of a platform pack, and each rule that it was checked by. */
export function ReportTable({ report }: { readonly report: PlatformReport }) {
  const { say, language } = useText();
  return (
    <section>
      <div className="section-head">
        <h2>{say('reportTitle')}</h2>
        <Tag tone={report.pass ? 'good' : 'bad'}>{say(report.pass ? 'reportAllPass' : 'reportSomeFail')}</Tag>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard */}
      <section className="table-frame" tabIndex={0} aria-label={say('reportTitle')}>
        <table className="ledger report">
          <thead>
            <tr>
              <th scope="col">{say('reportPlatform')}</th>
              <th scope="col">{say('reportPicture')}</th>
              <th scope="col">{say('state')}</th>
              <th scope="col">{say('reportRules')}</th>
            </tr>
          </thead>
          <tbody>
            {report.files.map((one) => (
              <tr key={one.file}>
                <td>{one.platform[language]}</td>
                <td>
                  {one.name[language]}
                  <br />
                  <span className="hint">{one.file}</span>
                  <Verified day={one.verifiedAt} />
                </td>
                <td>
                  <Tag tone={one.pass ? 'good' : 'bad'}>{say(one.pass ? 'reportPass' : 'reportFail')}</Tag>
                </td>
                <td>
                  <ul>
                    {one.rules.map((rule) => (
                      <Rule key={rule.rule} rule={rule} />
                    ))}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

/** By figures of which day it was checked. */
function Verified({ day }: { readonly day: string | null | undefined }) {
  const { say } = useText();
  if (day === undefined) return null;
  return (
    <>
      <br />
      <span className="hint">{day === null ? say('reportUnverified') : say('reportVerified', { day })}</span>
    </>
  );
}

function Rule({ rule: { rule, pass, found, asked } }: { readonly rule: ReportRule }) {
  const { say } = useText();
  const name = RULES[rule];
  return (
    <li className={pass ? 'good-text' : 'bad-text'}>
      {pass ? '✓' : '✗'} {name ? say(name) : rule}
      {!pass && `：${say('reportAsked', { asked, found })}`}
    </li>
  );
}
