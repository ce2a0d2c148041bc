import { byId } from './elements.ts';
import type { Explorer } from './explorer.ts';

/** Has the browser keep the page, and says so once it does; where it cannot, the page works with network alone. */
export function keepForOffline({ opened }: Explorer): void {
  // Only secure pages have it.
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (!workers) return;
  const keep = async () => {
    const registration = await workers.register('offline.js');
    // At once, and not when the browser next looks for another version.
    await registration.update();
  };
  // All files are loaded: what the page does at first comes first.
  void opened.then(keep).catch(() => undefined);
  void workers.ready.then(() => {
    byId('offline', HTMLElement).hidden = false;
  });
}
