import sharp from 'sharp';

const [WIDTH, HEIGHT] = [3000, 4000];
const SHIRT = 'M38 4 L62 4 L98 22 L90 44 L74 36 L75 96 L25 96 L26 36 L10 44 L2 22 Z';

/** A striped shirt of 12 MP on transparency. */
export const drawCutShirt = (): Promise<Buffer> => {
  const stripes = `<pattern id="s" width="2" height="3" patternUnits="userSpaceOnUse"><rect width="2" height="3" fill="#2b4c8c"/><rect width="1" height="3" fill="#e8e4da"/></pattern>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 100 100" preserveAspectRatio="none">${stripes}<path d="${SHIRT}" fill="url(#s)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
};
