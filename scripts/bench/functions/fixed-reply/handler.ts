/** The least that a function can do with a JSON body: what the gateway itself costs is the rest. */
export async function main({ body }: { readonly body: string }) {
  const { n } = JSON.parse(body) as { n: number };
  return {
    isBase64Encoded: false,
    statusCode: 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ ok: true, n }),
  };
}
