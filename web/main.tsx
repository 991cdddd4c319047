import '@fontsource/inter/latin-400.css'
import '@fontsource/inter/latin-600.css'
import './theme/tokens.css'
import './theme/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { reloadWhereFilesAreGone } from './state/missingFiles.ts'

const container = document.getElementById('root')
if (!container) throw new Error('index.html has no element with id "root".')
reloadWhereFilesAreGone()
createRoot(container).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
