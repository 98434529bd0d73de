import { type NamedDepartment } from '../../app/lists/departments';
import { type FilterField } from './view';

/** The field that narrows a list to a department; people who see one alone are not asked. */
export function departmentField(departments: readonly NamedDepartment[]): readonly FilterField[] {
  if (departments.length < 2) return [];
  const choices = departments.map(({ departmentId, name }) => ({ value: departmentId, text: name }));
  return [{ name: 'department', label: 'Department', as: 'select', choices }];
}
