import { type Role, ROLES } from '../vocabulary';

/** Roles that the register's contacts do not carry: an administrator grants them to an e-mail address. */
export const GRANTED_ROLES = ['viewer', 'auditor', 'procurement', 'admin'] as const;
export type GrantedRole = (typeof GRANTED_ROLES)[number];

/** Every role that a page or an action may ask for. */
export const USER_ROLES = [...ROLES, ...GRANTED_ROLES] as const;
export type UserRole = Role | GrantedRole;

/** What people read for a granted role. */
export const GRANTED_ROLE_SHOWN: Readonly<Record<GrantedRole, string>> = {
  viewer: 'viewer',
  auditor: 'auditor',
  procurement: 'procurement',
  admin: 'administrator of users',
};

/** A role that somebody holds, and where it counts. */
export interface HeldRole {
  readonly role: UserRole;
  /** Null = everywhere. */
  readonly departmentId: string | null;
  /** Null = every site of the department. */
  readonly siteId: string | null;
  /** The absent person whose deputy they are; null = it is their own. */
  readonly deputyFor: string | null;
}

/** Somebody who has signed in. */
export interface Viewer {
  /** Lower-case. */
  readonly email: string;
  readonly name: string;
  /** For audit and the register's log: a contact id, or the opaque id of a user without a post. */
  readonly id: string;
  readonly roles: readonly HeldRole[];
}

/** Where something is, for the roles that count there. */
export interface Where {
  readonly departmentId: string;
  /** Null = the department as a whole. */
  readonly siteId: string | null;
}
