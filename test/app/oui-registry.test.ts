import { describe, expect, test } from '@jest/globals';
import { ieeeRegistry } from '../../app/oui-registry';

/** The first address of a block: its prefix, then noughts. */
function firstAddress(prefix: string): string {
  return prefix.padEnd(12, '0').match(/../g)!.join(':');
}

describe('the IEEE registry as packaged', () => {
  const all = [...ieeeRegistry.assignments()];

  test('has blocks of 24, 28 and 36 bits', () => {
    const count = (digits: number) => all.filter(({ prefix }) => prefix.length === digits).length;
    expect(count(6)).toBeGreaterThan(30_000);
    expect(count(7)).toBeGreaterThan(5_000);
    expect(count(9)).toBeGreaterThan(5_000);
  });

  test('gives every block’s first address to its holder, or to the holder of a longer block that begins there', () => {
    const holders = new Map(all.map(({ prefix, organisation }) => [prefix, organisation]));
    const wrong = all.filter(({ prefix }) => {
      const address = firstAddress(prefix);
      // Early blocks were given out with the bit that now marks random addresses.
      if ((Number.parseInt(prefix.slice(0, 2), 16) & 0b11) !== 0) return ieeeRegistry.find(address) !== null;
      const digits = address.replaceAll(':', '');
      const longest = [9, 7, 6]
        .map((length) => holders.get(digits.slice(0, length)))
        .find((holder) => holder !== undefined);
      return ieeeRegistry.find(address)?.organisation !== longest;
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ['44:19:b6:12:34:56', /^Hangzhou Hikvision/],
    ['3c:ef:8c:12:34:56', /^Zhejiang Dahua/i],
    ['00:40:8c:12:34:56', /^Axis Communications/],
  ])('%s is held by %s', (mac, holder) => {
    expect(ieeeRegistry.find(mac)?.organisation).toMatch(holder);
  });
});
