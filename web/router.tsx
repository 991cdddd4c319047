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

export const router = createRouter({
  routeTree: root.addChildren([map, wall, plan, brief, admin]),
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
