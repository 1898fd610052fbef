/** Starts the page: asks the host for its first answers, and meanwhile fetches what shows them. */
import './app.css';
import { connect } from './link.ts';
import { keepConnected } from './store/session.ts';

keepConnected(connect);
void import('./start-app.tsx').then(({ startApp }) => startApp(document.getElementById('root')));
