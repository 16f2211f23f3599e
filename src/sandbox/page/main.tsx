import { createRoot } from 'react-dom/client';
import './styles/page.css';
import './styles/bar.css';
import './styles/side.css';
import './styles/message.css';
import './styles/blocks.css';
import './styles/form.css';
import './styles/field.css';
import './styles/dialog.css';
import './styles/narrow.css';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root) createRoot(root).render(<App />);
