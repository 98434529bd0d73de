import { CHINESE_LEGAL_FORMS, isChinese } from './normalise';

/** Words of inventories that name no maker. All are folded (see {@link ./normalise}). */

function words(...lines: string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' '));
}

/** Beside a listed name these leave no doubt that it is the make: "Hikvision Digital Technology (UK)". */
const DESCRIPTIVE = words(
  'digital technology technologies tech group holding holdings international global',
  'uk gb britain england europe eu emea usa us america china prc hangzhou zhejiang shenzhen shanghai beijing',
  'made by make maker manufactured manufacturer brand model series product products and or the s',
);

/** What a device is. A make that consists of these states none: "IP dome camera". */
const DEVICE = words(
  'camera cameras cam cams ip ipc cctv video surveillance security dome domes bullet turret eyeball ptz fixed varifocal fisheye',
  'nvr dvr xvr recorder recorders network analogue analog hd uhd tvi cvi ahd mp megapixel ir poe wifi wireless colour color thermal',
  'anpr lpr doorbell intercom encoder decoder outdoor indoor mini internal external kit unit device equipment channel ch',
);

/** What goes with a device. With "for" or "compatible with" a listed make, these say that somebody else made it. */
const ACCESSORY = words(
  'bracket brackets mount mounts mounting housing cable cables lead adapter adaptor adapters psu power supply junction box',
  'licence license monitor screen display lens cover plate pole spare spares part parts accessory accessories injector switch',
  'battery drive disk hdd memory card remote keyboard joystick screw screws base clamp',
);

/** A make made up of these, of numbers or of what a device is, says that the make is not known. */
const NO_MAKE = words(
  'unknown unkown unknow unk uknown anhysbys na n a none nil null tbc tba tbd generic unbranded unidentified undefined unspecified',
  'various mixed misc miscellaneous other others oem odm noname no name not stated known available recorded sure found visible',
  'legible illegible label labelled identified applicable specified provided given to be confirmed advised determined dont don t know',
  'make brand maker manufacturer vendor branded white own missing blank empty pending cannot can read x xx xxx',
  // Doubt is no statement either: "probably not Hikvision" is to be looked at.
  'probably possibly maybe perhaps likely might think believed assumed apparently presumably',
);

const CHINESE_HARMLESS = [
  ...CHINESE_LEGAL_FORMS,
  '数字技术',
  '数字',
  '技术',
  '科技',
  '安防',
  '集团',
  '杭州',
  '浙江',
  '深圳',
  '上海',
  '中国',
  '摄像机',
  '摄像头',
  '录像机',
  '监控',
];
const CHINESE_NO_MAKE = new Set(['未知', '不明', '不详', '无', '无品牌', '其他', '杂牌', '待定']);

/** True for a word that leaves a listed name beside it what it is. */
export function isHarmless(word: string): boolean {
  return DESCRIPTIVE.has(word) || DEVICE.has(word) || ACCESSORY.has(word);
}

export function isAccessory(word: string): boolean {
  return ACCESSORY.has(word);
}

/** How many of `all`, from `start` on, are a Chinese phrase that leaves a listed name what it is; 0 = none. */
export function chinesePhraseAt(all: readonly string[], start: number): number {
  if (!isChinese(all[start])) return 0;
  const phrase = CHINESE_HARMLESS.find((text) =>
    [...text].every((character, offset) => all[start + offset] === character),
  );
  return phrase === undefined ? 0 : phrase.length;
}

/** True for a word that states no make: "unknown", "tbc", "generic", "probably". */
export function statesNothing(word: string): boolean {
  return NO_MAKE.has(word);
}

/** True where Chinese characters as a whole state no make. */
export function statesNothingInChinese(all: readonly string[]): boolean {
  return isChinese(all[0]) && CHINESE_NO_MAKE.has(all.join(''));
}
