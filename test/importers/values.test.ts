import { describe, expect, test } from '@jest/globals';
import { date } from '../../importers/dates';
import { CellProblem } from '../../importers/problem';
import { days, email, identifier, ip, mac, serial, text } from '../../importers/values';
import { nation, network, role, sensitivity } from '../../importers/words';

const outcome = (result: unknown): unknown => (result instanceof CellProblem ? result.code : result);

describe('dates: ISO, or UK order where it can mean one day only', () => {
  test.each([
    ['2026-04-03', '2026-04-03'],
    ['2026/4/3', '2026-04-03'],
    ['20260403', '2026-04-03'],
    ['2026-04-03T00:00:00', '2026-04-03'],
    ['2026-04-03 13:45', '2026-04-03'],
    ['2026-04-03T00:00:00.000Z', '2026-04-03'],
    ['25/12/2026', '2026-12-25'],
    ['25-12-2026', '2026-12-25'],
    ['25.12.2026', '2026-12-25'],
    [' 25/12/2026 00:00:00 ', '2026-12-25'],
    ['03/03/2026', '2026-03-03'],
    ['29/02/2028', '2028-02-29'],
    ['3 April 2026', '2026-04-03'],
    ['03-Apr-2026', '2026-04-03'],
    ['3rd Sept 2026', '2026-09-03'],
    ['April 3, 2026', '2026-04-03'],
    ['', null],
    ['N/A', null],
    ['tbc', null],
    ['03/04/2026', 'ambiguous-date'],
    ['3-4-2026', 'ambiguous-date'],
    ['12/25/2026', 'impossible-date'],
    ['31/02/2026', 'impossible-date'],
    ['2026-02-30', 'impossible-date'],
    ['29/02/2026', 'impossible-date'],
    ['2026-13-01', 'impossible-date'],
    ['00/00/2026', 'impossible-date'],
    ['25/12/26', 'bad-date'],
    ['25-Dec-26', 'bad-date'],
    ['Q3 2026', 'bad-date'],
    ['2026', 'bad-date'],
    ['45000', 'bad-date'],
    ['2026-04-03T25:00', 'bad-date'],
    ['2026-03-31T23:00:00Z', 'ambiguous-date'],
    ['1989-12-31', 'date-out-of-range'],
    ['2101-01-01', 'date-out-of-range'],
    ['9999-12-31', 'date-out-of-range'],
  ])('%s is %s', (cell, expected) => {
    expect(outcome(date(cell))).toBe(expected);
  });
});

describe('MAC addresses', () => {
  test.each([
    ['44:19:B6:00:00:01', '44:19:b6:00:00:01'],
    ['44-19-b6-00-00-01', '44:19:b6:00:00:01'],
    ['4419.b600.0001', '44:19:b6:00:00:01'],
    ['4419B6000001', '44:19:b6:00:00:01'],
    ['44 19 b6 00 00 01', '44:19:b6:00:00:01'],
    ['44–19–b6–00–00–01', '44:19:b6:00:00:01'],
    ['00:00:00:00:00:00', null],
    ['ff:ff:ff:ff:ff:ff', null],
    ['', null],
    ['none', null],
    ['44:19:b6:00:00', 'bad-mac'],
    ['44:19-b6:00:00:01', 'bad-mac'],
    ['4.419E+11', 'mangled-number'],
  ])('%s is %s', (cell, expected) => {
    expect(outcome(mac(cell))).toBe(expected);
  });
});

describe('IP addresses', () => {
  test.each([
    ['10.20.30.40', '10.20.30.40'],
    [' 10.20.30.40 ', '10.20.30.40'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['n/a', null],
    ['10.20.30', 'bad-ip'],
    ['10.20.30.400', 'bad-ip'],
    ['010.020.030.040', 'bad-ip'],
    ['10.20.30.40:8000', 'bad-ip'],
    ['10.20.30.40/24', 'bad-ip'],
    ['fe80::1%eth0', 'bad-ip'],
    ['dhcp', 'bad-ip'],
  ])('%s is %s', (cell, expected) => {
    expect(outcome(ip(cell))).toBe(expected);
  });
});

describe('identifiers, text and numbers', () => {
  test.each([
    [identifier, ' CAM-001 ', 'CAM-001'],
    [identifier, 'CAM  \u00a0001', 'CAM 001'],
    [identifier, 'CAM\u200b-001', 'CAM-001'],
    [identifier, 'e\u0301-1', 'é-1'],
    [identifier, 'TBC', null],
    [identifier, 'a'.repeat(101), 'too-long'],
    [identifier, 'CAM"1', 'bad-characters'],
    [identifier, 'CAM\u00071', 'bad-characters'],
    [identifier, '1.23457E+15', 'mangled-number'],
    [serial, '2E5', 'mangled-number'],
    [serial, '2E5X', '2E5X'],
    [text(10), 'two\nlines', 'two lines'],
    [text(10), 'half \uD800', 'bad-characters'],
    [text(10), '\u{1F4F7}', '\u{1F4F7}'],
    [text(10), 'x'.repeat(11), 'too-long'],
    [text(10), '=cmd()', '=cmd()'],
    [days(365), '10', 10],
    [days(365), '10.0', 10],
    [days(365), '366', 'bad-number'],
    [days(365), '-1', 'bad-number'],
    [days(365), 'ten', 'bad-number'],
  ])('%# %p is %p', (parse, cell, expected) => {
    expect(outcome((parse as (cell: string) => unknown)(cell))).toBe(expected);
  });
});

describe('e-mail addresses', () => {
  test.each([
    ['kim@department.example', 'kim@department.example'],
    ['kim.o+site@sub.department.example', 'kim.o+site@sub.department.example'],
    ["kim.o'neil@department.example", "kim.o'neil@department.example"],
    ['kim', 'bad-email'],
    ['kim@department', 'bad-email'],
    ['Kim <kim@department.example>', 'bad-email'],
    ['kim@a.example, al@b.example', 'bad-email'],
    ['kim@a.example;al@b.example', 'bad-email'],
    ['mailto:kim@a.example', 'bad-email'],
    ['kim@a.example\r\nBcc: all@b.example', 'bad-email'],
    ['"kim"@a.example', 'bad-email'],
    ['.kim@a.example', 'bad-email'],
    [`${'k'.repeat(65)}@a.example`, 'bad-email'],
    [`kim@${'a'.repeat(250)}.example`, 'bad-email'],
  ])('%p is %s', (cell, expected) => {
    expect(outcome(email(cell))).toBe(expected);
  });
});

describe('words of closed sets, as departments write them', () => {
  test.each([
    [network, '', 'unknown'],
    [network, 'CORE', 'core'],
    [network, 'Corporate LAN', 'core'],
    [network, 'Ring-fenced', 'segregated'],
    [network, 'air gapped', 'isolated'],
    [network, 'not connected', 'isolated'],
    [network, 'VLAN 20', 'unknown-word'],
    [network, 'none', 'unknown-word'],
    [nation, 'England', 'england-and-wales'],
    [nation, 'E&W', 'england-and-wales'],
    [nation, 'N. Ireland', 'northern-ireland'],
    [nation, 'Northern Ireland', 'northern-ireland'],
    [nation, 'UK', 'unknown-word'],
    [sensitivity, 'Not sensitive', 'not-sensitive'],
    [sensitivity, 'Y', 'sensitive'],
    [sensitivity, 'TBC', 'unassessed'],
    [sensitivity, '', null],
    [sensitivity, 'perhaps', 'unknown-word'],
    [role, 'Departmental Security Officer', 'security-officer'],
    [role, 'SRO', 'sro'],
    [role, 'janitor', 'unknown-word'],
  ])('%# %p is %p', (parse, cell, expected) => {
    expect(outcome(parse(cell))).toBe(expected);
  });
});
