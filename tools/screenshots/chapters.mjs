// What is looked at, by whom, in the order in which a programme goes. Each picture is named for the template of its page.
const MANAGER = 'pat.maple@programme.example';
const SRO = 'sam.oak@programme.example';
const OWNER = 'alex.ash@harbours.example';
const OFFICER = 'bo.birch@harbours.example';
const HEAD = 'cam.cedar@harbours.example';
const BUYER = 'robin.rowan@procurement.example';
const ADMIN = 'ada.alder@programme.example';

const LONDON = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' });
/** A day some days from today, YYYY-MM-DD. */
const day = (ahead) => LONDON.format(Date.now() + ahead * 86_400_000);

/** The first that meets a condition. */
function the(what, list, meets) {
  const found = list.find(meets);
  if (found === undefined)
    throw new Error(`There is no ${what}: the demonstration is not as it was when it had just begun.`);
  return found;
}

/** An open case of the department of harbours that is at a stage. */
function firstIn(home, stage) {
  const open = home.cases('--status', 'open', '--department', 'DHP');
  return the(`case to ${stage}`, open, (one) => one.stage === stage);
}

/** Somebody who has not signed in. */
async function outside({ enter, home }) {
  const guest = await enter(null);
  await guest.see('/accessibility', 'accessibility', 'Accessibility');
  await guest.see('/cookies', 'cookies', 'Cookies');
  await guest.see('/reference', 'reference', 'reference');
  await (await guest.press('Continue')).shoot('reference-wrong', 'There is a problem');
  await guest.see('/no-such-page', 'problem', 'not found');
  await guest.see('/sign-in', 'sign-in', 'Sign in');
  await (await guest.press('Send')).shoot('sign-in-wrong', 'There is a problem');
  const before = (await home.mailTo(MANAGER)).length;
  await (await guest.fill({ email: MANAGER })).press('Send');
  await guest.shoot('sign-in-code', 'Enter your code');
  await (await (await guest.fill({ code: 'ACDE-FGHJ' })).press('Sign in')).shoot('sign-in-code-wrong', 'not the code');
  await (await (await guest.fill({ code: await home.code(MANAGER, before) })).press('Sign in')).close();
}

/** A task owner who comes by the link in the mail, and acts. */
async function fromMail({ enter, home }) {
  const links = await home.taskLinks(OWNER);
  const guest = await enter(null);
  await guest.see(links[0], 'link-code-first', 'Open your tasks');
  const before = (await home.mailTo(OWNER)).length;
  await (await guest.press('Send me a code')).shoot('link-code', 'Enter the code');
  await (await guest.press('Continue')).shoot('link-code-wrong', 'There is a problem');
  await (await guest.fill({ code: await home.code(OWNER, before) })).press('Continue');
  await guest.shoot('task-form-from-mail', 'Which devices?');
  await (await guest.press('Confirm')).shoot('task-form-wrong', 'There is a problem');
  // One is left for later.
  await guest.page.locator('main input[name="case"]').last().uncheck();
  await (await guest.fill({ note: 'Labels read on site.' }, ['result=covered'])).press('Confirm');
  await guest.shoot('task-recorded', 'Recorded for');
  await guest.see(links[0], 'link-ended-to-tasks', 'This link');
  await guest.close();
  const later = await enter(null);
  await later.see(links[0], 'link-ended', 'This link');
  await (await later.press('Send me a new link')).shoot('message', 'Look into your mail');
  await later.close();
  const other = await enter(MANAGER);
  await other.see(links[1], 'link-other', 'for somebody else');
  await other.close();
}

/** A task owner at their own tasks. */
async function atTasks({ enter, home }) {
  const visitor = await enter(OWNER);
  await visitor.shoot('tasks', 'Your tasks');
  await visitor.follow('a[href^="/tasks/"]');
  await visitor.shoot('task-form', 'Which devices?');
  const place = new URL(visitor.page.url()).pathname;
  await visitor.see(`${place}/more-time`, 'task-form-more-time', 'more time');
  await visitor.see(`${place}/on-it`, 'task-form-on-it', 'on it');
  await visitor.see('/departments/DHP', 'department-own', 'Harbours');

  await (await visitor.go('/cases?department=DHP&stage=disconnect')).press('Continue');
  await visitor.shoot('case-batch-none', 'Nothing was done');
  const ready = home
    .cases('--status', 'open', '--site', firstIn(home, 'disconnect').siteId)
    .filter(({ stage }) => stage === 'disconnect');
  await visitor.go(`/cases?site=${ready[0].siteId}`);
  await visitor.fill({}, [...ready.slice(0, 3).map(({ caseId }) => `case=${caseId}`), 'action=confirm-disconnection']);
  await (await visitor.press('Continue')).shoot('case-batch', 'What you have chosen');
  await (await visitor.fill({ note: 'Ports shut, VLAN removed.' })).press('Confirm for');
  await visitor.shoot('case-batch-answered', 'What became of each');

  // The session ends elsewhere while a form is filled in.
  const { caseId } = firstIn(home, 'assess');
  await visitor.go(`/cases/${caseId}/actions/request-extension`);
  await visitor.page.context().clearCookies({ name: /session/ });
  await visitor.fill({ text: 'The housings come a month late.' });
  await (await visitor.press(/^(Ask|Send|Request)/)).shoot('unsent', 'You have been signed out');
  await visitor.close();
}

/** A programme manager, who looks and decides. */
async function managing({ enter, home }) {
  const visitor = await enter(MANAGER);
  await visitor.shoot('dashboard', 'How it goes down');
  await visitor.see(`/dashboard?as-of=${day(-1)}`, 'dashboard-past', '17:00');
  await visitor.see('/dashboard?department=DHP', 'dashboard-department', 'Harbours');
  await visitor.see('/dashboard?as-of=31+2+2026', 'dashboard-wrong', 'There is a problem');
  await visitor.see(`/dashboard/compare?since=${day(-1)}`, 'dashboard-compare', 'In a sentence to copy');
  await visitor.follow('table a', 1);
  await visitor.shoot('dashboard-list', 'Harbours');
  await visitor.see('/cases', 'case-list', 'ases');
  await visitor.see('/cases?rag=purple', 'case-list-wrong', 'There is a problem');
  await visitor.see('/devices', 'device-list', 'evices');
  await visitor.see('/sites', 'site-list', 'ites');
  await visitor.see('/sites/DHP-01', 'site', 'Pier House');
  await visitor.see('/departments', 'department-list', 'epartments');
  await visitor.see('/departments/DHP', 'department', 'Harbours');
  await visitor.see('/account', 'account', 'Pat Maple');
  await visitor.see('/access-log', 'access-log', 'Pat Maple');

  const closed = the(
    'device that was removed',
    home.cases('--status', 'closed'),
    ({ outcome }) => outcome === 'removed',
  );
  await visitor.see(`/devices/${closed.assetId}`, 'device', closed.assetId);
  await visitor.see(`/cases/${closed.caseId}`, 'case-closed', closed.assetId);
  const late = the('late case', home.cases('--status', 'open', '--rag', 'red'), () => true);
  await visitor.see(`/cases/${late.caseId}`, 'case', late.assetId);

  await visitor.go('/sites/DHP-03/assessment');
  await visitor.shoot('site-assessment', 'How sensitive is this site?');
  await (await visitor.press('See what follows')).shoot('site-assessment-wrong', 'There is a problem');
  const names = await visitor.page
    .locator('main input[type=radio]')
    .evaluateAll((radios) => [...new Set(radios.map((radio) => radio.name))]);
  await visitor.fill(
    { reason: 'Visited with the security officer.' },
    names.map((name) => `${name}=no`),
  );
  await (await visitor.press('See what follows')).shoot('site-assessment-preview', 'What follows');

  await visitor.see('/decisions', 'decisions', 'More time');
  await visitor.follow('a[href^="/decisions/k_"]');
  await visitor.shoot('decision', 'What follows from a yes');
  const decision = visitor.page.url();
  const second = await enter(SRO);
  await second.go(decision);
  await (await visitor.press('Record your decision')).shoot('decision-wrong', 'There is a problem');
  await visitor.fill({ conditions: 'Order the housings this week.' }, ['verdict=agree']);
  await (await visitor.press('Record your decision')).shoot('case-decided', 'Agreed');
  await second.fill({}, ['verdict=refuse']);
  await (await second.press('Record your decision')).shoot('decision-too-late', 'Pat Maple');
  await second.close();
  await visitor.see('/decisions/answered', 'decisions-answered', 'Agreed');
  await visitor.see('/decisions', 'decisions-empty', 'Nothing waits for a decision');
  await visitor.close();
}

/** A form about a step that somebody else has taken meanwhile. */
async function tooLate({ enter, home }) {
  const { caseId } = firstIn(home, 'assess');
  const path = `/cases/${caseId}/actions/record-assessment`;
  const [first, second] = [await enter(OWNER), await enter(HEAD)];
  await first.see(path, 'case-action', 'Say what it is');
  await (await first.press('Record')).shoot('case-action-wrong', 'There is a problem');
  await second.go(path);
  await (await first.fill({ note: 'Read the label.' }, ['result=covered'])).press('Record');
  await first.shoot('case-own', 'What comes next');
  await (await second.fill({ note: 'I was there too.' }, ['result=covered'])).press('Record');
  await second.shoot('case-too-late', 'Nothing was changed');
  await first.close();
  await second.go('/departments/DHP');
  await second.follow('a[href*="/contacts/"]');
  await second.shoot('department-contact', 'Deputy');
  await (await second.fill({ deputy: 'nobody', from: '31 2 2027' })).press('Save');
  await second.shoot('department-contact-wrong', 'There is a problem');
  await second.close();
}

/** Procurement asks whether something may be installed. */
async function checking({ enter }) {
  const visitor = await enter(BUYER);
  await visitor.shoot('check', 'install');
  await (await (await visitor.fill({ mac: '44:19' })).press('Check')).shoot('check-wrong', 'There is a problem');
  await (await visitor.fill({ make: 'Hikvision', mac: '44:19:b6:00:00:01' })).press('Check');
  await visitor.shoot('check-answer-no', 'Do not install this');
  await visitor.go('/check');
  await (await visitor.fill({ make: 'Axis Communications', model: 'P3245-LVE' })).press('Check');
  await visitor.shoot('check-answer', 'DC-');
  await visitor.see('/checks', 'checks', 'DC-');
  await visitor.see('/cases', 'problem-not-yours', 'role');
  await visitor.close();
}

/** An administrator of users. */
async function administering({ enter, home }) {
  home.ask(['users', 'grant', ADMIN, '--role', 'admin', '--name', 'Ada Alder']);
  const link = home.signInLink(ADMIN);
  const guest = await enter(null);
  await guest.see(link, 'sign-in-link', 'Sign in');
  await guest.press(/./);
  await guest.see('/users', 'users', 'Roles given');
  await guest.see('/users/grant', 'users-grant', 'Give somebody a role');
  await (await guest.press('Give the role')).shoot('users-grant-wrong', 'There is a problem');
  await guest.close();
}

/** A security officer, whose turn it is to look whether it has gone. */
async function verifying({ enter }) {
  const visitor = await enter(OFFICER);
  await visitor.shoot('tasks-officer', 'asks');
  await visitor.close();
}

/** Before the first policy, and before anything has been imported. */
async function before({ enter, home }) {
  home.ask(['users', 'grant', ADMIN, '--role', 'auditor', '--name', 'Ada Alder']);
  const visitor = await enter(ADMIN);
  await visitor.see('/dashboard', 'dashboard-empty', 'Nothing has been brought in yet');
  await visitor.see('/cases', 'case-list-empty', 'no cases');
  await visitor.see('/devices', 'device-list-empty', 'There are no devices yet');
  await visitor.see('/sites', 'site-list-empty', 'There are no sites yet');
  await visitor.see('/departments', 'department-list-empty', 'There are no departments yet');
  await visitor.close();
}

/** What is looked at in a demonstration. */
export const chapters = { outside, fromMail, atTasks, managing, tooLate, checking, administering, verifying };
/** What is looked at where nothing is yet. */
export const emptyChapters = { before };
