import { type Command } from 'commander';

/** What a command's file exports: it adds arguments, options, sub-commands, examples and the handler. */
export interface CommandModule {
  configure(command: Command): void;
}

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly Entry[] = [
  { name: 'up', summary: 'start everything that this needs, and keep it running', load: () => import('./up') },
  {
    name: 'screen',
    summary: 'may we install this? screens one device against a policy',
    load: () => import('./screen'),
  },
  { name: 'policy', summary: 'check, show, compare or apply a policy file', load: () => import('./policy') },
  { name: 'calendar', summary: 'when something is due, in working days, and why', load: () => import('./calendar') },
  { name: 'import', summary: 'bring in devices, sites or contacts from a file', load: () => import('./import') },
  { name: 'imports', summary: 'list imports, show one, take one back', load: () => import('./imports') },
  { name: 'devices', summary: 'list devices, or show one and why it is flagged', load: () => import('./devices') },
  { name: 'sites', summary: 'list sites, show one, or assess how sensitive one is', load: () => import('./sites') },
  {
    name: 'contacts',
    summary: 'list who holds which post, fill a post, hand on what a leaver held',
    load: () => import('./contacts'),
  },
  {
    name: 'users',
    summary: 'list, grant or take away the roles of people who hold no post',
    load: () => import('./users'),
  },
  { name: 'programme', summary: 'start the programme, or show how far it has come', load: () => import('./programme') },
  {
    name: 'report',
    summary: 'what remains, as of any date, and what came and went since another',
    load: () => import('./report'),
  },
  { name: 'cases', summary: 'list cases, show one, act on one', load: () => import('./cases') },
  { name: 'extensions', summary: 'list what asks for more time, and decide it', load: () => import('./extensions') },
  {
    name: 'exceptions',
    summary: 'list what asks to stay for a time, and decide it',
    load: () => import('./exceptions'),
  },
  { name: 'evidence', summary: 'hand in what proves something, or list it', load: () => import('./evidence') },
  { name: 'audit', summary: 'prove or export the audit trail', load: () => import('./audit') },
  { name: 'mail', summary: 'list, preview, hold, release or resend mail', load: () => import('./mail') },
  {
    name: 'reconcile',
    summary: 'prove that every flagged device has exactly one case, and repair',
    load: () => import('./reconcile'),
  },
  { name: 'worker', summary: 'run cases', load: () => import('./worker') },
  { name: 'web', summary: 'serve the pages', load: () => import('./web') },
  {
    name: 'doctor',
    summary: 'what is reachable, what waits, what fails, and what to do about each',
    load: () => import('./doctor'),
  },
  {
    name: 'migrate',
    summary: 'bring the register and the Temporal namespace up to date',
    load: () => import('./migrate'),
  },
  { name: 'backup', summary: 'write everything into one archive', load: () => import('./backup') },
  { name: 'restore', summary: 'make a new home out of a backup', load: () => import('./restore') },
];
