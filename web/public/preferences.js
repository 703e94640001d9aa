// Runs before the first paint: a page that was set to dark must not flash white, nor an English one name its language wrong.
(() => {
  try {
    const theme = localStorage.getItem('yiying.theme');
    if (theme === 'dark' || theme === 'light') document.documentElement.dataset['theme'] = theme;
    if (localStorage.getItem('yiying.language') === 'en') document.documentElement.lang = 'en';
  } catch {
    // Storage may be switched off; then the system's own preference stands.
  }
})();
