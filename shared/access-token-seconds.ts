/** How long an access token lives: the end of its session, or of its account, does not reach it. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
