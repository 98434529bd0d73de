/** The path of a Chromium of this machine. @throws Error that says what to install */
export function chromiumPath(environment?: Readonly<Record<string, string | undefined>>): string;
