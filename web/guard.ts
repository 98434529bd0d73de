import { type FastifyRequest } from 'fastify';
import { may, type Permission } from '../domain/access/permissions';
import { type Viewer, type Where } from '../domain/access/roles';
import { forbidden, notFound } from './problems';

/** Thrown where somebody has to sign in first. */
export class SignInFirst extends Error {
  constructor(
    /** The page that they come back to afterwards; null = they sent a form, which is not to be lost. */
    readonly next: string | null,
  ) {
    super('sign in first');
  }
}

/** Whoever asks. @throws SignInFirst */
export function signedIn(request: FastifyRequest): Viewer {
  if (request.viewer !== null) return request.viewer;
  throw new SignInFirst(['GET', 'HEAD'].includes(request.method) ? request.url : null);
}

/**
 * Whoever asks, if they may do this (somewhere, or at a place).
 * @throws SignInFirst, a page "You cannot do this"
 */
export function permit(request: FastifyRequest, permission: Permission, where?: Where): Viewer {
  const viewer = signedIn(request);
  if (may(viewer, permission, where)) return viewer;
  throw forbidden();
}

/** As {@link permit}, for what nobody else may know to exist. @throws SignInFirst, "Page not found" */
export function permitOrHide(request: FastifyRequest, permission: Permission, where: Where): Viewer {
  const viewer = signedIn(request);
  if (may(viewer, permission, where)) return viewer;
  throw notFound();
}
