// Loads the tags named on the page and tells them of the page view and of
// clicks on buttons. `tagsDone` settles when all they sent was answered, so
// that a recording needs no guessed waiting time.

import { readPage } from './common.js';

window.tagsDone = start(readPage());

async function start(page) {
  const names = document.body.dataset.tags.split(' ');
  const tags = await Promise.all(names.map((name) => import(`./${name}.js`)));
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('button');
    if (button) window.tagsDone = Promise.all(tags.map((tag) => tag.buttonClick?.(page, button)));
  });
  await Promise.all(tags.map((tag) => tag.pageView(page)));
}
