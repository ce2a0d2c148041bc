import { byId } from './elements.ts';

/** Has the browser keep the page, and says so once it does; where it cannot, the page works with network alone. */
export function keepForOffline(): void {
  // Only secure pages have it.
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (!workers) return;
  const keep = async () => {
    const registration = await workers.register('offline.js');
    // At once, and not when the browser next looks for another version.
    await registration.update();
  };
  // What the page itself needs comes first.
  addEventListener('load', () => keep().catch(() => undefined));
  void workers.ready.then(() => {
    byId('offline', HTMLElement).hidden = false;
  });
}
