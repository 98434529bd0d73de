// The main job on the synthetic example programme, embedded: npm run demo. Stays up until Ctrl-C; with CI set, or --exit, it ends by itself.
// Every step goes through the command line as a person's would, and is checked: a wrong answer ends the demonstration with an error.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { writeExample } from '../examples/generate.mjs';
import { prepare, root } from './install.mjs';
import { Stage, bold, fail, mails } from './stage.mjs';

const ends = process.env.CI !== undefined || process.argv.includes('--exit');
const OWNER = 'alex.ash@harbours.example';
const OFFICER = 'bo.birch@harbours.example';
/** Brands reported to sell some equipment of listed makers. */
const REBRANDS = ['LTS', 'Annke', 'Honeywell'];
const MANAGER = 'pat.maple@programme.example';
const BUYER = 'robin.rowan@procurement.example';

const chapter = (text) => console.log(`\n${bold(`── ${text}`)}`);
const header = (mail, name) => new RegExp(`^${name}: (.*)$`, 'mi').exec(mail)?.[1]?.trim() ?? '';

function flagged(stage) {
  chapter('1. A policy says what is banned; sites, people and devices come in as departments send them');
  stage.show(['policy', 'apply', 'example/policy.yaml', '--demo']);
  stage.show(['import', 'example/sites.csv', '--kind', 'sites'], { lines: 2 });
  stage.show(['import', 'example/contacts.csv', '--kind', 'contacts'], { lines: 2 });
  const rejects = join(stage.home, 'rejects.csv');
  stage.show(['import', 'example/devices.csv', '--rejects', 'rejects.csv'], { expected: [1], lines: 11 });

  chapter('2. What was flagged, and why');
  for (const [screening, makes] of [
    ['covered', ['大华']],
    ['suspect', ['Hikvison', 'Hikvsion', 'Dahau']],
    ['suspect', REBRANDS],
  ]) {
    const { devices } = stage.ask(['devices', 'list', '--screening', screening, '--in-scope']);
    const { assetId, make, model } = first(devices.filter((device) => makes.includes(device.make)));
    console.log(`   ${assetId} is "${make} ${model}" in the inventory`);
    stage.show(['devices', 'show', assetId], { matching: /^ {2}(strong|moderate|weak) / });
  }

  chapter('3. Two lines were rejected and lost nothing else: mend them, import them again');
  const text = readFileSync(rejects, 'utf8');
  if (!text.includes('03/04/2021') || !text.includes('DLB-99'))
    fail(`The rejects file does not hold the two wrong lines:\n${text}`);
  writeFileSync(rejects, text.replace('03/04/2021', '2021-04-03').replace('DLB-99', 'DLB-01'));
  console.log('   (in rejects.csv: 03/04/2021 becomes 2021-04-03, site DLB-99 becomes DLB-01)');
  stage.show(['import', 'rejects.csv'], { lines: 4 });
}

function first(list) {
  return list?.[0] ?? fail('The list is empty, and it should not be.');
}

/** Open cases that meet a condition. */
function cases(stage, ...filters) {
  return stage.ask(['cases', 'list', '--status', 'open', '--limit', '1000', ...filters]).cases;
}

async function opened(stage) {
  chapter('4. One durable workflow for each flagged device');
  await stage.until('every case to be open', () => stage.ask(['programme', 'show']).figures.opening === 0);
  const byStage = new Map();
  for (const { stage: name, departmentId } of cases(stage)) {
    const row = byStage.get(departmentId) ?? new Map();
    row.set(name, (row.get(name) ?? 0) + 1);
    byStage.set(departmentId, row);
  }
  for (const [department, stages] of [...byStage].sort()) {
    console.log(`   ${department}: ${[...stages].map(([name, count]) => `${count} in ${name}`).join(', ')}`);
  }
  stage.show(['cases', 'list', '--limit', '5'], { lines: 8 });
}

async function started(stage) {
  chapter('5. Nobody has been written to so far. Who would get what?');
  if (mails(stage.home).length > 0) fail('Somebody has been written to before the programme started.');
  stage.show(['mail', 'preview'], { lines: 4 });
  chapter('6. The programme starts: clocks run, and the first e-mails are written');
  stage.show(['programme', 'start', '--as', MANAGER]);
  console.log('   Mail waits for the next working morning; a demonstration cannot, so it says that it does not:');
  stage.show(['mail', 'deliver', '--now'], { lines: 2 });
  await stage.until('the first e-mails', () => mails(stage.home).length >= 3);
  for (const path of mails(stage.home).slice(0, 3)) {
    const mail = readFileSync(path, 'utf8');
    console.log(`   To: ${header(mail, 'To')}   Subject: ${header(mail, 'Subject')}`);
  }
}

function removed(stage) {
  chapter('7. One device, from its first task to a verified removal');
  const device = first(
    cases(stage, '--site', 'DHP-01', '--finding', 'covered').filter(({ milestones }) =>
      milestones.every(({ skipped }) => !skipped),
    ),
  );
  const id = device.assetId;
  writeFileSync(
    join(stage.home, 'work-order.txt'),
    `Work order 4711: ${id} taken down and handed over for disposal.\n`,
  );
  const act = (action, ...rest) => stage.show(['cases', 'act', id, action, ...rest], { actor: OWNER, lines: 3 });
  act('record-assessment', '--result', 'covered');
  act('confirm-disconnection', '--note', 'port shut, VLAN removed');
  act('schedule-replacement', '--on', dayAhead(40));
  act('confirm-removal', '--evidence-file', 'work-order.txt', '--kind', 'work-order');
  console.log('   Whoever does the work cannot also say that it was done:');
  stage.show(['cases', 'act', id, 'verify-removal'], { actor: OWNER, expected: [1], lines: 3 });
  stage.show(['cases', 'act', id, 'verify-removal', '--note', 'looked: the wall is bare'], {
    actor: OFFICER,
    lines: 3,
  });
  const { outcome } = stage.ask(['cases', 'show', id]);
  if (outcome !== 'removed') fail(`The case of ${id} ended as ${outcome}, not as removed.`);
}

function disputed(stage) {
  chapter('8. A wrong flag is disputed: with evidence, and with the security officer’s agreement');
  const { devices } = stage.ask(['devices', 'list', '--department', 'DHP', '--screening', 'suspect', '--in-scope']);
  const { assetId } = first(devices.filter(({ make }) => make === 'Honeywell'));
  console.log(
    `   ${assetId} is of a brand reported to sell some equipment of a listed maker. Somebody looked: this one is the brand’s own.`,
  );
  stage.show(
    [
      'cases',
      'act',
      assetId,
      'record-assessment',
      '--result',
      'not-covered',
      '--evidence',
      'The board inside is Honeywell’s own; photo kept on site.',
    ],
    { actor: OWNER, lines: 3 },
  );
  stage.show(['cases', 'act', assetId, 'record-assessment', '--result', 'not-covered', '--evidence', 'Photo seen.'], {
    actor: OFFICER,
    lines: 3,
  });
  const { outcome } = stage.ask(['cases', 'show', assetId]);
  if (outcome !== 'not-covered') fail(`The case of ${assetId} ended as ${outcome}, not as not-covered.`);
}

function late(stage) {
  chapter('9. A late task: what its next three e-mails say, when, and to whom');
  // Sites that nobody has assessed had to be clear a month ago in this programme; this device is only being booked now.
  const { assetId, caseId } = first(cases(stage, '--site', 'DHP-03', '--finding', 'covered'));
  const act = (action, ...rest) => stage.show(['cases', 'act', assetId, action, ...rest], { actor: OWNER, lines: 3 });
  act('record-assessment', '--result', 'covered');
  if (stage.ask(['cases', 'show', assetId]).stage === 'disconnect') act('confirm-disconnection', '--note', 'port shut');
  act('schedule-replacement', '--on', dayAhead(20));
  const preview = ['mail', 'preview', '--case', caseId, '--count', '3'];
  stage.show(preview);
  if (stage.ask(['cases', 'show', caseId]).rag !== 'red') fail(`${assetId} should be late.`);
  const rags = cases(stage).map(({ rag }) => rag);
  if (!rags.includes('red') || !rags.includes('green'))
    fail(`The programme should have late and timely cases, but has ${[...new Set(rags)]}.`);
}

function asked(stage) {
  chapter('10. More time is asked for: it waits for the programme manager, on the page “Decisions”');
  const { assetId } = first(cases(stage, '--site', 'DHP-02', '--finding', 'covered'));
  const { milestones } = stage.ask(['cases', 'show', assetId]);
  const { due } = first(milestones.filter((milestone) => milestone.stage === 'remove'));
  const later = new Date(Date.parse(due) + 30 * 86_400_000).toISOString().slice(0, 10);
  const wish = [
    '--stage',
    'remove',
    '--on',
    later,
    '--reason',
    'supply',
    '--text',
    'The new housings come a month late.',
  ];
  stage.show(['cases', 'act', assetId, 'request-extension', ...wish], { actor: OWNER, lines: 3 });
  stage.show(['extensions', 'list'], { lines: 6 });
}

function proved(stage) {
  chapter('11. Nothing lost, nothing doubled, nothing changed afterwards');
  stage.show(['reconcile']);
  stage.show(['audit', 'verify']);
}

/** Signs in by a link as a browser does. @returns the page that its person begins with */
async function begin(link) {
  const jar = new Map();
  const ask = async (url, fields) => {
    const answer = await fetch(url, {
      method: fields ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; ') },
      ...(fields ? { body: new URLSearchParams(fields) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) jar.set(...line.split(';')[0].split(/=(.*)/, 2));
    const location = answer.headers.get('location');
    return location === null
      ? { status: answer.status, path: new URL(url).pathname, body: await answer.text() }
      : ask(new URL(location, url));
  };
  const { body } = await ask(link);
  return ask(link, { _csrf: /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? '' });
}

/** Who is shown in: where each begins, and a word of that page. */
const VISITORS = [
  { email: MANAGER, role: 'programme manager', path: '/dashboard', says: 'How it goes down' },
  { email: OWNER, role: 'task owner', path: '/tasks', says: 'DHP-0' },
  { email: BUYER, role: 'procurement', path: '/check', says: 'install' },
];

const signInLink = (stage, email) => stage.ask(['users', 'sign-in-link', email]).url;

async function pages(stage) {
  chapter('12. The pages: who begins where');
  stage.show(['users', 'grant', BUYER, '--role', 'procurement', '--name', 'Robin Rowan']);
  for (const { email, role, path, says } of VISITORS) {
    const page = await begin(signInLink(stage, email));
    if (page.status !== 200 || page.path !== path || !page.body.includes(says))
      fail(`${email} begins at ${page.path} (${page.status}), which does not say "${says}".`);
    console.log(`   ${role.padEnd(20)} begins at ${path}`);
  }
}

/** One link each to sign in with, in a browser on this machine. */
function doors(stage) {
  console.log('   In a browser; each link signs one person in, once (for a demonstration on this machine alone):');
  for (const { email, role } of VISITORS) console.log(`   ${role.padEnd(20)} ${signInLink(stage, email)}`);
}

function where(home, stage) {
  chapter('Where to look next');
  if (ends) {
    console.log(
      '   Everything is stopped now. To look around, run it so that it stays up: npm run demo (with CI unset)',
    );
    return;
  }
  doors(stage);
  const say = relativeHome(home);
  console.log(`   export CLEARSITE_HOME=${say}     then, in another terminal:`);
  console.log('   npx clearsite cases list --rag red        what is late');
  console.log('   npx clearsite cases show ID               one device: due dates and why, evidence, audit trail');
  console.log('   npx clearsite mail list                   who was written to, and who will be');
  console.log(`   ${join(say, 'mail').padEnd(40)}  the e-mails themselves`);
  console.log('   README.md, "Your first week"              your own inventory');
}

/** A date some days from today, YYYY-MM-DD. */
const dayAhead = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const relativeHome = (home) => (home.startsWith(root) ? home.slice(root.length + 1) : home);

const FINISHED = 'demo-finished';

/**
 * Where this demonstration lives: a folder of its own that is thrown away, or the one of the last time. What was
 * interrupted halfway is left where it is, and a fresh one begins beside it.
 */
function chooseHome() {
  if (ends) return mkdtempSync(join(tmpdir(), 'clearsite-demo-'));
  const base = join(root, '.clearsite');
  for (let number = 1; ; number += 1) {
    const home = join(base, number === 1 ? 'demo' : `demo-${number}`);
    if (!existsSync(home) || existsSync(join(home, FINISHED))) return home;
    console.log(`The demonstration in ${relativeHome(home)} was interrupted; it is left alone.`);
  }
}

function act(stage) {
  writeExample(join(stage.home, 'example'), new Date().toISOString().slice(0, 10));
  flagged(stage);
  return opened(stage)
    .then(() => started(stage))
    .then(() => {
      removed(stage);
      disputed(stage);
      late(stage);
      asked(stage);
      proved(stage);
      return pages(stage);
    })
    .then(() => {
      writeFileSync(join(stage.home, FINISHED), '');
    });
}

async function main() {
  prepare();
  console.log('Every command below can be typed as it is shown; answers are shortened.');
  const home = chooseHome();
  mkdirSync(home, { recursive: true });
  // PostgreSQL refuses to run as root; the user that it runs as then has to reach this folder.
  chmodSync(home, 0o711);
  const stage = new Stage(home);
  let code = 0;
  let interrupted = false;
  // A terminal tells "clearsite up" too; anybody else tells only us.
  process.on('SIGINT', () => {
    interrupted = true;
    if (!process.stdin.isTTY) stage.up?.kill('SIGINT');
  });
  process.on('SIGTERM', () => {
    interrupted = true;
    stage.up?.kill('SIGTERM');
  });
  try {
    chapter('Starting Temporal, PostgreSQL, a mail server, a worker and the pages, all on this machine');
    await stage.start();
    if (existsSync(join(home, FINISHED))) {
      console.log(
        `   This is the demonstration of last time, in ${relativeHome(home)}. For a fresh one: stop it and remove that folder.`,
      );
      stage.show(['programme', 'show']);
    } else {
      await act(stage);
    }
    if (!ends) {
      where(home, stage);
      console.log(`\n${bold('Everything stays up until Ctrl-C.')}`);
      await stage.ended;
    }
  } catch (error) {
    // A signal that came while a command ran is heard only now.
    await wait(0);
    console.error(interrupted ? '\nInterrupted.' : `\nThe demonstration stopped: ${error.message}`);
    code = interrupted ? 130 : 1;
  } finally {
    await stage.stop();
    if (ends && code === 0) rmSync(home, { recursive: true, force: true });
  }
  if (code === 0 && ends) where(home, stage);
  process.exitCode = code;
}

await main();
