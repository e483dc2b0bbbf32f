import { isIP } from 'node:net';

/** What is wrong with a hop count, or a list of CIDRs. Nothing may trust everybody: callers would choose their address. */
export function proxyProblems({ TRUST_PROXY }: { TRUST_PROXY?: string }): string[] {
  if (TRUST_PROXY === undefined || /^\d$/.test(TRUST_PROXY)) return [];
  const ranges = TRUST_PROXY.split(',').map((range) => range.trim());
  const wrong = ranges.filter((range) => !isRange(range));
  return wrong.length === 0
    ? []
    : [`TRUST_PROXY takes a hop count or CIDRs, never \`true\`; not ${wrong.join(', ')}`];
}

function isRange(range: string): boolean {
  const [address, bits, ...rest] = range.split('/');
  const version = isIP(address ?? '');
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** A browser sends its origin as scheme, host and port, and nothing else. */
export function originProblems({ CORS_ORIGINS }: { CORS_ORIGINS: string[] }): string[] {
  const isOrigin = (text: string) => text === '*' || (URL.canParse(text) && new URL(text).origin === text);
  const wrong = CORS_ORIGINS.filter((origin) => !isOrigin(origin));
  return wrong.map((origin) => `CORS_ORIGINS takes origins such as https://app.example.org, not ${origin}`);
}

/** Paths are appended to it, which a query or a fragment would swallow. */
export function publicUrlProblems({ PUBLIC_URL }: { PUBLIC_URL?: string }): string[] {
  return PUBLIC_URL !== undefined && /[?#]/.test(PUBLIC_URL)
    ? ['PUBLIC_URL takes a URL without a query and a fragment']
    : [];
}
