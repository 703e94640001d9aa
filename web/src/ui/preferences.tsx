import { useState } from 'react';
import { chooseTheme, type Language, readTheme, type Theme } from '../core/preferences.ts';
import { FieldGroup } from './field.tsx';
import { useText } from './use-text.ts';

const THEMES = { system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const;
const LANGUAGES: Readonly<Record<Language, string>> = { zh: '中文', en: 'English' };

interface PreferencesProps {
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}

/** Language and appearance of this browser. */
export function Preferences({ language, onLanguage }: PreferencesProps) {
  const { say } = useText();
  const [theme, setTheme] = useState<Theme>(readTheme);
  return (
    <>
      <FieldGroup id="language" label={say('language')}>
        <div className="choices">
          {(['zh', 'en'] as const).map((one) => (
            <label key={one} className="choice" lang={one === 'zh' ? 'zh-CN' : 'en'}>
              <input type="radio" name="language" checked={language === one} onChange={() => onLanguage(one)} />
              {LANGUAGES[one]}
            </label>
          ))}
        </div>
      </FieldGroup>
      <FieldGroup id="theme" label={say('theme')}>
        <div className="choices">
          {(['system', 'light', 'dark'] as const).map((one) => (
            <label key={one} className="choice">
              <input
                type="radio"
                name="theme"
                checked={theme === one}
                onChange={() => {
                  chooseTheme(one);
                  setTheme(one);
                }}
              />
              {say(THEMES[one])}
            </label>
          ))}
        </div>
      </FieldGroup>
    </>
  );
}
