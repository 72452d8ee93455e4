// Who is signed in: the access token that Supabase Auth left in this browser.

const KEY = "corkboard.access_token";

export function accessToken(): string | null {
  return globalThis.localStorage?.getItem(KEY) ?? null;
}
