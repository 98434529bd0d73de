import { describe, expect, test } from '@jest/globals';
import { evidenceType } from '../../../app/evidence/file-type';

const hex = (text: string): Buffer => Buffer.concat([Buffer.from(text.replaceAll(' ', ''), 'hex'), Buffer.alloc(64)]);

describe('the type of a file', () => {
  test.each<[string, Buffer, 'image' | 'pdf' | 'text' | null]>([
    ['a JPEG', hex('ffd8ffe0 0010 4a464946 0001'), 'image'],
    ['a JPEG from a phone', hex('ffd8ffe1 1234 45786966 0000'), 'image'],
    ['a PNG', hex('89504e47 0d0a1a0a 0000000d 49484452'), 'image'],
    ['a WebP', hex('52494646 24000000 57454250 56503820'), 'image'],
    ['a HEIC from a phone', hex('00000018 66747970 68656963'), 'image'],
    ['a TIFF scan', hex('49492a00 08000000'), 'image'],
    ['a PDF', Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n', 'latin1'), 'pdf'],
    ['a PDF of plain letters', Buffer.from('%PDF-1.4\n1 0 obj\n'), 'pdf'],
    ['plain words', Buffer.from('The wall is bare.\n'), 'text'],
    ['words in another script', Buffer.from('已拆除。\n'), 'text'],
    ['nmap XML', Buffer.from('<?xml version="1.0"?>\n<nmaprun scanner="nmap"/>'), 'text'],
    ['words that begin as a bitmap would', Buffer.from('BM Trust, second floor: gone.'), 'text'],
    [
      'a drawing that could run a script',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      'text',
    ],
    ['a program', hex('7f454c46 02010100'), null],
    ['a Windows program', hex('4d5a9000 03000000'), null],
    ['an archive', hex('504b0304 14000000'), null],
    ['random bytes', Buffer.from('80ff00fe7f13', 'hex'), null],
  ])('%s', (_what, content, expected) => {
    expect(evidenceType(content)).toBe(expected);
  });
});
