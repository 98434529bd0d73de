import { type Scope } from '../../domain/access/permissions';

/**
 * SQL that is true for rows at places that somebody may look at.
 * @param columns of the row's department and site
 * @param add takes a parameter's value and returns its placeholder
 */
export function withinScope(
  scope: Scope,
  columns: { readonly department: string; readonly site: string },
  add: (value: unknown) => string,
): string {
  if (scope.everything) return 'true';
  const whole = scope.places.flatMap(({ departmentId, siteId }) => (siteId === null ? [departmentId] : []));
  const single = scope.places.flatMap(({ departmentId, siteId }) =>
    siteId === null ? [] : [{ departmentId, siteId }],
  );
  const parts = [
    ...(whole.length === 0 ? [] : [`${columns.department} = ANY(${add(whole)}::text[])`]),
    ...single.map(
      ({ departmentId, siteId }) =>
        `(${columns.department} = ${add(departmentId)} AND ${columns.site} = ${add(siteId)})`,
    ),
  ];
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
}
