import { type Card, type CardStep, card as cardSchema, type Source } from '../contract/card.ts';
import type { FormField } from '../contract/form.ts';
import type { FieldProblem } from '../http/api-error.ts';
import { fieldProblems } from '../http/field-problems.ts';
import type { Catalogue, ProcessorEntry } from './catalogue.ts';
import { checkForm } from './check-form.ts';
import { isPhotos, sampleValues } from './sample-values.ts';

const problem = (path: string, rule: string, zh: string, en: string): FieldProblem => ({ path, rule, zh, en });

/** Everything that is wrong with what was given as a card, by field; none: it is a card that can run. */
export function checkCard(given: unknown, catalogue: Catalogue): { card: Card } | { problems: FieldProblem[] } {
  const parsed = cardSchema.safeParse(given, { reportInput: true });
  if (!parsed.success) return { problems: fieldProblems(parsed.error.issues) };
  const card = parsed.data;
  const problems = [
    ...checkForm(card.form),
    ...checkSteps(card, catalogue),
    ...checkPartial(card),
    ...checkOutputs(card, catalogue),
  ];
  if (card.access === 'whitelist' || card.enabled) return problems.length > 0 ? { problems } : { card };
  if (!card.closedZh || !card.closedEn) {
    problems.push(problem('closedZh', 'required', '未开放的功能必须说明原因', 'a closed card says why'));
  }
  return problems.length > 0 ? { problems } : { card };
}

function checkSteps(card: Card, catalogue: Catalogue): FieldProblem[] {
  return card.pipeline.flatMap((step, n) => {
    const path = `pipeline.${n}`;
    const earlier = card.pipeline.slice(0, n);
    const entry = Object.hasOwn(catalogue.processors, step.processor)
      ? catalogue.processors[step.processor]
      : undefined;
    const found = [...checkName(step, earlier, path), ...checkUnits(card, step, path)];
    // A card that stays closed may name what does not exist yet; opening it is refused.
    if (!entry && !card.enabled) return found;
    if (!entry) {
      return [
        ...found,
        problem(
          `${path}.processor`,
          'unknown_processor',
          `没有处理器 ${step.processor}`,
          `there is no processor ${step.processor}`,
        ),
      ];
    }
    return [
      ...found,
      ...checkEngines(card, step, entry, catalogue, path),
      ...checkSources(card, step, earlier, entry, catalogue, path),
      ...checkParams(card, step, earlier, entry, path),
    ];
  });
}

const checkName = (step: CardStep, earlier: readonly CardStep[], path: string): FieldProblem[] =>
  earlier.some(({ name }) => name === step.name)
    ? [problem(`${path}.name`, 'duplicate', '步骤名称重复', 'another step has this name')]
    : [];

function checkUnits({ form }: Card, { units }: CardStep, path: string): FieldProblem[] {
  if (typeof units === 'number') return [];
  const field = form.find(({ name }) => name === units.each);
  if (field && (isPhotos(field) || field.type === 'checkbox') && field.required) return [];
  return [
    problem(
      `${path}.units.each`,
      'mapping',
      '只能按必填的多图或多选字段展开',
      'fans out over a required field of photos or choices only',
    ),
  ];
}

function checkEngines(
  card: Card,
  step: CardStep,
  entry: ProcessorEntry,
  { engines }: Catalogue,
  path: string,
): FieldProblem[] {
  const unknown = step.engines.filter((engine) => !entry.engines.includes(engine));
  if (unknown.length > 0) {
    const list = unknown.join(', ');
    return [
      problem(
        `${path}.engines`,
        'unknown_engine',
        `${step.processor} 不能由 ${list} 执行`,
        `${list} cannot run ${step.processor}`,
      ),
    ];
  }
  if (!card.enabled || step.engines.some((engine) => engines.includes(engine))) return [];
  return [
    problem(`${path}.engines`, 'engine_not_configured', '所列引擎都未配置', 'none of these engines is configured'),
  ];
}

function checkSources(
  card: Card,
  step: CardStep,
  earlier: readonly CardStep[],
  entry: ProcessorEntry,
  catalogue: Catalogue,
  path: string,
): FieldProblem[] {
  const problems = step.inputs.flatMap((source, n) => {
    const at = `${path}.inputs.${n}`;
    const part = source.as ?? 'photo';
    if (!Object.hasOwn(entry.inputs, part)) {
      return [problem(`${at}.as`, 'mapping', `${step.processor} 不接收 ${part}`, `${step.processor} takes no ${part}`)];
    }
    if (!('form' in source)) return checkEarlier(source, earlier, catalogue, at);
    const field = card.form.find(({ name }) => name === source.form);
    if (field && isPhotos(field)) return [];
    return [problem(`${at}.form`, 'mapping', '表单里没有这个图片字段', 'the form has no such field of photos')];
  });
  for (const [part, { min }] of Object.entries(entry.inputs)) {
    if (min === 0 || step.inputs.some((source) => (source.as ?? 'photo') === part && isSure(source, card))) continue;
    const [zh, en] = [`${step.processor} 必须有 ${part}`, `${step.processor} needs at least ${min} ${part}`];
    problems.push(problem(`${path}.inputs`, `min:${min}`, zh, en));
  }
  return problems;
}

/** A field that may stay empty gives no picture for certain. */
const isSure = (source: Source, { form }: Card): boolean =>
  !('form' in source) || form.some(({ name, required }) => name === source.form && required === true);

function checkEarlier(
  source: { step: string; output?: string | undefined },
  earlier: readonly CardStep[],
  { processors }: Catalogue,
  at: string,
): FieldProblem[] {
  const step = earlier.find(({ name }) => name === source.step);
  if (!step) return [problem(`${at}.step`, 'mapping', '之前没有这个步骤', 'no earlier step has this name')];
  const files = processors[step.processor]?.files;
  if (source.output === undefined || !files || files.includes(source.output)) return [];
  return [
    problem(
      `${at}.output`,
      'mapping',
      `步骤 ${source.step} 不产生 ${source.output}`,
      `step ${source.step} does not make ${source.output}`,
    ),
  ];
}

/** Every parameter has a source, and whatever that source can say is something that the processor takes. */
function checkParams(
  card: Card,
  step: CardStep,
  earlier: readonly CardStep[],
  entry: ProcessorEntry,
  path: string,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const samples: Record<string, readonly unknown[]> = {};
  for (const [name, param] of Object.entries(step.params)) {
    const at = `${path}.params.${name}`;
    if ('value' in param) samples[name] = [param.value];
    else if ('unit' in param) samples[name] = typeof step.units === 'number' ? [0, step.units - 1] : [0];
    else if ('step' in param) {
      if (!earlier.some((one) => one.name === param.step))
        problems.push(problem(`${at}.step`, 'mapping', '之前没有这个步骤', 'no earlier step has this name'));
      samples[name] = [1];
    } else {
      const wanted = 'form' in param ? param.form : param.each;
      const field = card.form.find((one) => one.name === wanted);
      const fits = field && !isPhotos(field) && (!('each' in param) || isFannedOut(field, step));
      if (!fits) problems.push(problem(at, 'mapping', '表单里没有可用的字段', 'the form has no field that fits'));
      else
        samples[name] =
          'each' in param && field.type === 'checkbox' ? field.options.map(({ value }) => value) : sampleValues(field);
    }
  }
  return problems.length > 0 ? problems : trySamples(samples, entry, path);
}

const isFannedOut = (field: FormField, { units }: CardStep): boolean =>
  field.type === 'checkbox' && typeof units === 'object' && units.each === field.name;

function trySamples(samples: Record<string, readonly unknown[]>, entry: ProcessorEntry, path: string): FieldProblem[] {
  const base = Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, values[0]]));
  const tries = [
    base,
    ...Object.entries(samples).flatMap(([name, values]) =>
      values.slice(1).map((value) => ({ ...base, [name]: value })),
    ),
  ];
  for (const one of tries) {
    const given = Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined));
    const parsed = entry.params.safeParse(given, { reportInput: true });
    if (parsed.success) continue;
    return fieldProblems(parsed.error.issues).map((found) => ({ ...found, path: `${path}.params.${found.path}` }));
  }
  return [];
}

function checkPartial({ partialStep, pipeline, credits }: Card): FieldProblem[] {
  if (partialStep === undefined) return [];
  const units = pipeline.find(({ name }) => name === partialStep)?.units;
  if (units === undefined) return [problem('partialStep', 'mapping', '没有这个步骤', 'no step has this name')];
  if (typeof units !== 'number' || credits % units !== 0) {
    return [
      problem(
        'partialStep',
        'multiple',
        '按张退还要求额度是张数的整数倍',
        'credits must be a multiple of the outputs to return them one by one',
      ),
    ];
  }
  return [];
}

function checkOutputs({ outputs, pipeline }: Card, { processors }: Catalogue): FieldProblem[] {
  return outputs.flatMap(({ step, name }, n) => {
    const maker = pipeline.find((one) => one.name === step);
    if (!maker) return [problem(`outputs.${n}.step`, 'mapping', '没有这个步骤', 'no step has this name')];
    const files = processors[maker.processor]?.files;
    if (name === '*' || !files || files.includes(name)) return [];
    return [
      problem(`outputs.${n}.name`, 'mapping', `步骤 ${step} 不产生 ${name}`, `step ${step} does not make ${name}`),
    ];
  });
}
