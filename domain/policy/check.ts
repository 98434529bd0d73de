import { holderWords } from '../screening/organisation';
import { globOf } from '../screening/model';
import { nameKey, wordsOf, fold } from '../screening/normalise';
import { typeKey } from '../screening/device-type';
import { isHarmless, statesNothing } from '../screening/words';
import { readMake } from '../screening/make';
import { NameIndex } from '../screening/names';
import { calendarProblems } from './check-calendar';
import { type Policy } from './policy';
import { type PolicyProblem } from './problem';

export { type PolicyProblem };

type Path = PolicyProblem['path'];

/** A name that the policy writes, where it stands and what it is compared by. */
interface Written {
  readonly path: Path;
  readonly written: string;
  readonly owner: string;
}

/** Fewer characters match by accident. A Chinese character says as much as a syllable. */
const SHORTEST_NAME = 3;
const SHORTEST_CHINESE_NAME = 2;
const SHORTEST_PATTERN = 3;
const MOST_STARS = 3;

/**
 * What a policy's types cannot say: references that lead nowhere, names that two rows claim or that match everything,
 * dates and hours in the wrong order, a ladder that goes down. @returns every problem; none for a policy that can be used
 */
export function checkPolicy(policy: Policy): readonly PolicyProblem[] {
  return [...zone(policy), ...calendarProblems(policy), ...dates(policy), ...ladder(policy), ...pacing(policy), ...vendorReferences(policy), ...names(policy), ...falseFriends(policy), ...organisations(policy), ...patterns(policy), ...deviceTypes(policy)];
}

function* zone({ zone }: Policy): Generator<PolicyProblem> {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    yield { path: ['zone'], message: `There is no time zone "${zone}".`, hint: 'Write an IANA zone such as Europe/London or America/New_York.' };
  }
}

function* dates({ ceaseDeployment, siteClasses }: Policy): Generator<PolicyProblem> {
  if (siteClasses.unassessed.scope === 'out') {
    const message = 'A site that nobody has assessed cannot be out of scope.';
    yield { path: ['siteClasses', 'unassessed', 'scope'], message, hint: 'Write "in": a site counts until it has been assessed.' };
  }
  for (const [name, { removalDate }] of Object.entries(siteClasses)) {
    if (removalDate === null || removalDate >= ceaseDeployment.from) continue;
    const message = `Removal by ${removalDate} would be before ${ceaseDeployment.from}, from when nothing new may be installed.`;
    yield { path: ['siteClasses', name, 'removalDate'], message, hint: 'Put the two dates in order.' };
  }
}

function* ladder({ ladder: { rungs } }: Policy): Generator<PolicyProblem> {
  for (const [at, rung] of rungs.entries()) {
    const before = rungs[at - 1];
    if (before !== undefined && rung.days <= before.days) {
      const message = `A rung at ${rung.days} days follows one at ${before.days} days.`;
      yield { path: ['ladder', 'rungs', at, 'days'], message, hint: 'List the rungs in the order of their days, each day once.' };
    }
    if (new Set(rung.to).size < rung.to.length) {
      yield { path: ['ladder', 'rungs', at, 'to'], message: 'A role is named twice.', hint: 'Name each role once.' };
    }
  }
  const last = rungs.at(-1);
  if (last !== undefined && last.days < 0) {
    const message = 'The ladder ends before the due date, so nobody hears of a late task at first.';
    yield { path: ['ladder', 'rungs'], message, hint: 'Add a rung at 0 days or later.' };
  }
}

/** Times of day compare as text. */
function* pacing({ mail: { digestAt, gatherMinutes, workingHours } }: Policy): Generator<PolicyProblem> {
  const { from, to } = workingHours;
  if (from >= to) {
    const message = `Working hours from ${from} to ${to} leave no time for mail.`;
    yield { path: ['mail', 'workingHours', 'to'], message, hint: 'Write an end that is later than the beginning.' };
    return;
  }
  if (digestAt < from || digestAt > to) {
    const message = `The morning's message at ${digestAt} would be outside working hours, ${from} to ${to}.`;
    yield { path: ['mail', 'digestAt'], message, hint: 'Choose a time within mail.workingHours.' };
    return;
  }
  const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  if (minutes(digestAt) + gatherMinutes <= minutes(to)) return;
  const message = `${gatherMinutes} minutes of gathering after ${digestAt} run beyond the end of working hours, ${to}.`;
  yield { path: ['mail', 'gatherMinutes'], message, hint: 'Gather for less, or write an earlier digestAt.' };
}

function* vendorReferences({ vendors, rebrands, ouis, modelPatterns }: Policy): Generator<PolicyProblem> {
  const ids = new Set<string>();
  for (const [at, { id }] of vendors.entries()) {
    if (ids.has(id)) yield { path: ['vendors', at, 'id'], message: `Two vendors have the id "${id}".`, hint: 'Give each vendor an id of its own.' };
    ids.add(id);
  }
  for (const [section, rows] of Object.entries({ rebrands, ouis, modelPatterns })) {
    for (const [at, { vendor }] of rows.entries()) {
      if (!ids.has(vendor)) yield { path: [section, at, 'vendor'], message: `No vendor has the id "${vendor}".`, hint: `Write one of: ${[...ids].join(', ')}.` };
    }
  }
}

function* writtenNames({ vendors, rebrands, falseFriends }: Policy): Generator<Written> {
  for (const [at, vendor] of vendors.entries()) {
    const owner = `vendor ${vendor.id}`;
    yield { path: ['vendors', at, 'name'], written: vendor.name, owner };
    for (const [alias, written] of vendor.aliases.entries()) yield { path: ['vendors', at, 'aliases', alias], written, owner };
    for (const [child, subsidiary] of vendor.subsidiaries.entries()) {
      const path = ['vendors', at, 'subsidiaries', child];
      yield { path: [...path, 'name'], written: subsidiary.name, owner };
      for (const [alias, written] of subsidiary.aliases.entries()) yield { path: [...path, 'aliases', alias], written, owner };
    }
  }
  for (const [at, { brand, aliases }] of rebrands.entries()) {
    yield { path: ['rebrands', at, 'brand'], written: brand, owner: `rebrand ${brand}` };
    for (const [alias, written] of aliases.entries()) yield { path: ['rebrands', at, 'aliases', alias], written, owner: `rebrand ${brand}` };
  }
  for (const [at, { name }] of falseFriends.entries()) yield { path: ['falseFriends', at, 'name'], written: name, owner: `false friend ${name}` };
}

function* names(policy: Policy): Generator<PolicyProblem> {
  const seen = new Map<string, Written>();
  for (const name of writtenNames(policy)) {
    const key = nameKey(name.written);
    const chinese = /\p{Script=Han}/u.test(key);
    const first = seen.get(key);
    if (key.length < (chinese ? SHORTEST_CHINESE_NAME : SHORTEST_NAME)) {
      yield { path: name.path, message: `"${name.written}" is too short to be told from other words.`, hint: 'Write a longer form of the name.' };
    } else if (wordsOf(fold(name.written)).every((word) => isHarmless(word) || statesNothing(word))) {
      yield { path: name.path, message: `"${name.written}" consists of common words and would match almost anything.`, hint: 'Write the name with the word that is the company’s own.' };
    } else if (first !== undefined) {
      const message = `"${name.written}" reads the same as "${first.written}" of ${first.owner}.`;
      yield { path: name.path, message, hint: 'Keep it in one row: legal forms, case, spaces and punctuation need no row of their own.' };
    }
    if (first === undefined) seen.set(key, name);
  }
}

function* falseFriends(policy: Policy): Generator<PolicyProblem> {
  const index = new NameIndex(policy);
  for (const [at, { name }] of policy.falseFriends.entries()) {
    if (readMake(name, index).kind !== 'listed') continue;
    const message = `"${name}" is a listed vendor's name, so it stays covered whatever this row says.`;
    yield { path: ['falseFriends', at, 'name'], message, hint: 'Remove this row, or the vendor.' };
  }
}

function* organisations({ ouis }: Policy): Generator<PolicyProblem> {
  const seen = new Set<string>();
  for (const [at, { organisation }] of ouis.entries()) {
    const words = holderWords(organisation);
    const path = ['ouis', at, 'organisation'];
    if (words.every((word) => isHarmless(word))) {
      yield { path, message: `"${organisation}" names no company.`, hint: 'Write the first words of the name in the IEEE registry, up to the company’s own.' };
    } else if (seen.has(words.join(' '))) {
      yield { path, message: `"${organisation}" is listed twice.`, hint: 'Keep one row.' };
    }
    seen.add(words.join(' '));
  }
}

function* patterns({ modelPatterns }: Policy): Generator<PolicyProblem> {
  const seen = new Set<string>();
  for (const [at, { pattern }] of modelPatterns.entries()) {
    const glob = globOf(pattern);
    const path = ['modelPatterns', at, 'pattern'];
    if (/[\\^$|()[\]{}+]/.test(pattern)) {
      yield { path, message: `"${pattern}" looks like a regular expression.`, hint: 'Write a glob: * stands for any characters, ? for one; case and punctuation do not count.' };
    } else if (glob.replace(/[*?]/g, '').length < SHORTEST_PATTERN) {
      yield { path, message: `"${pattern}" would match too much.`, hint: `Write at least ${SHORTEST_PATTERN} letters or digits.` };
    } else if ((glob.match(/\*/g) ?? []).length > MOST_STARS) {
      yield { path, message: `"${pattern}" has too many stars.`, hint: `Use at most ${MOST_STARS}.` };
    } else if (seen.has(glob)) {
      yield { path, message: `"${pattern}" is listed twice.`, hint: 'Keep one row.' };
    }
    seen.add(glob);
  }
}

function* deviceTypes({ deviceTypes: rows }: Policy): Generator<PolicyProblem> {
  const seen = new Map<string, string>();
  for (const [at, { type, synonyms }] of rows.entries()) {
    const all = [{ path: ['deviceTypes', at, 'type'], written: type }, ...synonyms.map((written, index) => ({ path: ['deviceTypes', at, 'synonyms', index], written }))];
    for (const { path, written } of all) {
      const first = seen.get(typeKey(written));
      if (typeKey(written) === '') yield { path, message: 'A device type has letters or digits.', hint: 'Write what the device is, e.g. camera.' };
      else if (first !== undefined) yield { path, message: `"${written}" reads the same as "${first}".`, hint: 'Keep it once: case, spaces, punctuation and the plural do not count.' };
      seen.set(typeKey(written), written);
    }
  }
}
