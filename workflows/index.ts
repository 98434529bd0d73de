export { deviceRemoval } from './device-removal';
export { mailDelivery, reconciliation } from './maintenance';
