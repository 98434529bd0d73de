/** What the access log keeps. Once released, add; never rename. */
export const ACCESS_KINDS = [
  'signed-in',
  'sign-in-refused',
  'signed-out',
  'session-ended',
  'role-granted',
  'role-revoked',
  'link-made',
  'read-sensitive',
] as const;
export type AccessKind = (typeof ACCESS_KINDS)[number];

/** What people read for them. */
export const ACCESS_SHOWN: Readonly<Record<AccessKind, string>> = {
  'signed-in': 'Signed in',
  'sign-in-refused': 'Sign-in refused',
  'signed-out': 'Signed out',
  'session-ended': 'Session ended by an administrator',
  'role-granted': 'Role granted',
  'role-revoked': 'Role taken away',
  'link-made': 'Sign-in link made',
  'read-sensitive': 'Read of a sensitive site',
};

/** Who the log names where nobody of the register is behind an address. */
export const NOBODY = 'nobody';
