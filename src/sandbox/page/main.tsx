import { createRoot } from 'react-dom/client';
import './page.css';
import './side.css';
import './message.css';
import './blocks.css';
import './form.css';
import './dialog.css';
import './narrow.css';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
