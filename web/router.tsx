import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type SearchSchemaInput,
} from '@tanstack/react-router'
import { NotFoundScreen } from './screens/NotFoundScreen.tsx'
import { RootScreen } from './screens/RootScreen.tsx'
import { decodeView, encodeView, type ViewSearch } from './state/viewSearch.ts'
import { ErrorState } from './ui/ErrorState.tsx'
import { LoadingState } from './ui/LoadingState.tsx'

/** The view belongs to the root, so that going from room to room keeps city, window, language and theme. */
const root = createRootRoute({
  validateSearch: (search: ViewSearch & SearchSchemaInput): ViewSearch => search,
  component: RootScreen,
  notFoundComponent: NotFoundScreen,
  errorComponent: ({ error }) => <ErrorState error={error} />,
})

const map = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/MapScreen.tsx'), 'MapScreen'),
})

const wall = createRoute({
  getParentRoute: () => root,
  path: '/wall',
  component: lazyRouteComponent(() => import('./wall/WallScreen.tsx'), 'WallScreen'),
})

const plan = createRoute({
  getParentRoute: () => root,
  path: '/plan',
  component: lazyRouteComponent(() => import('./planner/PlannerScreen.tsx'), 'PlannerScreen'),
})

const brief = createRoute({
  getParentRoute: () => root,
  path: '/brief',
  component: lazyRouteComponent(() => import('./briefing/BriefingScreen.tsx'), 'BriefingScreen'),
})

const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  component: lazyRouteComponent(() => import('./screens/AdminScreen.tsx'), 'AdminScreen'),
})

const adminIndex = createRoute({
  getParentRoute: () => admin,
  path: '/',
  component: lazyRouteComponent(() => import('./admin/FirstPage.tsx'), 'FirstPage'),
})

/** The pages of the administration; who may open which is admin/pages.ts. */
const adminPages = [
  createRoute({
    getParentRoute: () => admin,
    path: '/people',
    component: lazyRouteComponent(() => import('./admin/PeoplePage.tsx'), 'PeoplePage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/roles',
    component: lazyRouteComponent(() => import('./admin/RolesPage.tsx'), 'RolesPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/sessions',
    component: lazyRouteComponent(() => import('./admin/SessionsPage.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/kiosks',
    component: lazyRouteComponent(() => import('./admin/KiosksPage.tsx'), 'KiosksPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/sources',
    component: lazyRouteComponent(() => import('./admin/SourcesPage.tsx'), 'SourcesPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/rules',
    component: lazyRouteComponent(() => import('./admin/RulesPage.tsx'), 'RulesPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/audit',
    component: lazyRouteComponent(() => import('./admin/AuditPage.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: '/data',
    component: lazyRouteComponent(() => import('./admin/DataPage.tsx'), 'DataPage'),
  }),
] as const

export const router = createRouter({
  routeTree: root.addChildren([map, wall, plan, brief, admin.addChildren([adminIndex, ...adminPages])]),
  parseSearch: (text) => ({ ...decodeView(text) }),
  stringifySearch: (search) => encodeView(search),
  defaultPendingComponent: LoadingState,
  defaultPendingMs: 150,
  defaultErrorComponent: ({ error }) => <ErrorState error={error} />,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
