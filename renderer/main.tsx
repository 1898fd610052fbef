/** Starts the page: asks the host for its first answers, shows the first rows, and then the app. */
import './app.css';
import { showFirstView } from './first-view/first-view.ts';
import { keepShape } from './first-view/shape.ts';
import { connect } from './link.ts';
import { keepConnected } from './store/session.ts';

keepConnected(connect);
keepShape();
void showFirstView(document.body)
  .then(() => import('./start-app.tsx'))
  .then(({ startApp }) => startApp(document.getElementById('root')));
