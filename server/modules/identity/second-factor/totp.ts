/** One-time codes of an authenticator app (TOTP, RFC 6238): 6 digits of 30 seconds. */

const ISSUER = 'OffloadSecurity';
const STEP_SECONDS = 30;

export async function newTotp(
  account: string,
): Promise<{ secret: string; uri: string; qr: string }> {
  const [{ generateSecret, generateURI }, { default: qrcode }] = await Promise.all([
    import('otplib'),
    import('qrcode'),
  ]);
  const secret = generateSecret();
  const uri = generateURI({ secret, issuer: ISSUER, label: account });
  return { secret, uri, qr: await qrcode.toString(uri, { type: 'svg', margin: 1 }) };
}

/** The time step of a valid code, of this or a neighbouring step as clocks differ; null when it is wrong. */
export async function stepOf(secret: string, code: string, now: Date): Promise<number | null> {
  if (!/^\d{6}$/.test(code)) return null;
  const { verify } = await import('otplib');
  const epoch = Math.floor(now.getTime() / 1_000);
  const result = await verify({ secret, token: code, epoch, epochTolerance: STEP_SECONDS });
  return result.valid ? Math.floor(epoch / STEP_SECONDS) + result.delta : null;
}
