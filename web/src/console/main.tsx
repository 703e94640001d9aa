import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Gate } from './access/gate.tsx';

// The client itself tries again where that can help. Looks at what is somebody's are kept in the audit log: none is made by itself.
const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 60_000, refetchOnWindowFocus: false, refetchOnReconnect: false },
  },
});

createRoot(document.getElementById('root') as HTMLElement).render(
  // stands in the page
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Gate />
    </QueryClientProvider>
  </StrictMode>,
);
