import sharp from 'sharp';

export const third = (): unknown => sharp;
