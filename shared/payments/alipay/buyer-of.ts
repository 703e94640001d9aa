/**
 * Who paid: the account's number (`buyer_id` of a notice, `buyer_user_id` of an answer; 16 digits that begin with 2088), or the open id that
 * newer apps are told instead.
 */
export function buyerOf(userId: unknown, openId: unknown): { readonly payerId?: string } {
  const payerId = [userId, openId].find(
    (one): one is string => typeof one === 'string' && one !== '' && one.length <= 128,
  );
  return payerId === undefined ? {} : { payerId };
}
