import * as z from 'zod/mini';

/**
 * Scripts and marks that the shipped font has: Chinese, kana, Latin, Greek, Cyrillic, digits, common signs. An emoji or
 * another script is refused while the form is filled in; the few characters inside these ranges that the font lacks are
 * refused when the text is set (TEXT_NOT_DRAWABLE).
 */
const DRAWABLE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}a-zA-Z0-9À-ÿΑ-Ωα-ωА-я \n!-~·¥￥€£§©®°±²³×÷–—‘’“”…′″※℃№←↑→↓①-⑳■□▲△◆◇○◎●★☆、-】〔〕ー！-～]*$/u;

/** One line, or several, of text to be drawn: trimmed, at most `max` characters as people count them. */
export const drawableText = (max: number) =>
  z.string().check(
    z.trim(),
    z.refine((text) => [...text].length <= max, { error: `at most ${max} characters` }),
    z.refine((text) => DRAWABLE.test(text), {
      error: 'only Chinese, Latin letters, digits and common signs can be drawn',
    }),
  );
