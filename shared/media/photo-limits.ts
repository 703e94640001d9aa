/** 25 MB as a merchant reads it on a phone, generously: binary megabytes. */
export const MAX_PHOTO_BYTES = 25 * 1024 * 1024;
/** Above a 48 MP phone; a decoded picture of this size is 192 MB, which the function's memory allows for. */
export const MAX_PHOTO_PIXELS = 64_000_000;
export const MIN_PHOTO_SIDE = 100;
/** Results never exceed this long side; larger photos are scaled down while decoding. */
export const MAX_RESULT_SIDE = 4096;
