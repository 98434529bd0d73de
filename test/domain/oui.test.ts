import { describe, expect, test } from '@jest/globals';
import { createOuiRegistry } from '../../domain/oui';

const registry = createOuiRegistry([
  ['4419B6', 'Hangzhou Hikvision Digital Technology Co.,Ltd.'],
  ['70B3D5', 'IEEE Registration Authority'],
  ['70B3D5001', 'SOREDI touch systems GmbH'],
  ['3C6A2C', 'Wholesaler Ltd'],
  ['3C6A2C1', 'Medium Block Ltd'],
  ['3C6A2C1AB', 'Small Block Ltd'],
  ['AABBCC', 'Locally Administered Ltd'],
  ['ACDE48', 'Private'],
]);

describe('the OUI registry', () => {
  test.each([
    [
      'a 24-bit prefix names its holder',
      '44:19:b6:12:34:56',
      { prefix: '4419b6', organisation: 'Hangzhou Hikvision Digital Technology Co.,Ltd.' },
    ],
    [
      'a 36-bit prefix is found below a block set aside',
      '70:b3:d5:00:1f:ff',
      { prefix: '70b3d5001', organisation: 'SOREDI touch systems GmbH' },
    ],
    [
      'the longest prefix wins over shorter ones',
      '3c:6a:2c:1a:bf:ff',
      { prefix: '3c6a2c1ab', organisation: 'Small Block Ltd' },
    ],
    ['28 bits win where 36 do not match', '3c:6a:2c:1f:ff:ff', { prefix: '3c6a2c1', organisation: 'Medium Block Ltd' }],
    [
      '24 bits win where nothing longer matches',
      '3c:6a:2c:2f:ff:ff',
      { prefix: '3c6a2c', organisation: 'Wholesaler Ltd' },
    ],
    ['a block set aside is nobody’s', '70:b3:d5:ff:ff:ff', null],
    ['a withheld name is nobody’s', 'ac:de:48:00:00:01', null],
    ['an unassigned prefix is nobody’s', '00:ff:ff:00:00:00', null],
    ['a locally administered (random) address has no maker', 'aa:bb:cc:00:00:01', null],
    ['a multicast address has no maker', '01:00:5e:00:00:01', null],
    ['text that is no address has no maker', 'unknown', null],
  ])('%s', (_sentence, mac, expected) => {
    expect(registry.find(mac)).toEqual(expected);
  });

  test('lists what named holders were assigned', () => {
    expect([...registry.assignments()].map(({ prefix }) => prefix)).toEqual([
      '70b3d5001',
      '3c6a2c1ab',
      '3c6a2c1',
      '4419b6',
      '3c6a2c',
      'aabbcc',
    ]);
  });
});
