import { describe, expect, test } from '@jest/globals';
import { readSmtpUrl } from '../../platform/smtp-url';

describe('SMTP_URL', () => {
  test('says where, who, and how', () => {
    expect(
      readSmtpUrl(
        'smtp://jo%40example.org:p%2Fw@mail.example.org:2525?tls=required&rate=20&connections=5&name=us.example',
      ),
    ).toEqual({
      host: 'mail.example.org',
      port: 2525,
      protocol: 'smtp',
      tls: 'required',
      auth: { user: 'jo@example.org', pass: 'p/w' },
      name: 'us.example',
      rate: 20,
      connections: 5,
    });
  });

  test.each([
    ['smtp://mail.example.org', { port: 587, tls: 'if-offered', auth: null, rate: 10, connections: 3 }],
    ['smtps://mail.example.org', { port: 465, protocol: 'smtps', tls: 'required' }],
    // A password is not sent over a network in the clear, unless somebody insists.
    ['smtp://user:pw@mail.example.org', { tls: 'required' }],
    ['smtp://user:pw@mail.example.org?tls=if-offered', { tls: 'if-offered' }],
    ['smtp://127.0.0.1:1025', { tls: 'off' }],
    ['smtp://[::1]:1025', { host: '::1', tls: 'off' }],
    ['smtp://localhost:1025?tls=required', { tls: 'required' }],
    // More connections than messages a second would overrun the rate.
    ['smtp://mail.example.org?rate=2&connections=9', { rate: 2, connections: 2 }],
  ])('%s', (url, settings) => {
    expect(readSmtpUrl(url)).toMatchObject(settings);
  });

  test.each([
    'nonsense',
    'http://mail.example.org',
    'smtp://mail.example.org?tls=maybe',
    'smtp://mail.example.org?rate=0',
    'smtp://mail.example.org?connections=x',
    'smtp://mail.example.org?logger=true',
    'smtp://mail.example.org?debug=true',
  ])('%s is refused, without showing a password', (url) => {
    expect(() => readSmtpUrl(url.replace('://', '://user:secret@'))).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.not.stringContaining('secret') }),
    );
  });
});
