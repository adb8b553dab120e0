// A plugin that uses all that the SDK calls of the host. Each record id asks for one thing.

import {
  activity, Api, Cache, config, defineLifecycle, defineRecordSummary, Locale, log, NotPermitted, secrets, Throttled,
  Timestamp, type Context,
} from '@insight-host/sdk';

let prepared = 'not prepared';

export const lifecycle = defineLifecycle(() => {
  prepared = 'prepared';
});

export const recordSummary = defineRecordSummary((context, request) => {
  const { language } = Locale.of(context, ['en', 'de']);
  const told = tell(context, request.about.recordId);
  return request.page([told], (title) => activity({ title, description: prepared, dateTime: context.now() }), language);
});

function tell(context: Context, asked: string): string {
  const api = Api.fromConfig(context, 'backend').bearer('token');
  switch (asked) {
    case 'json':
      return api.get<{ visits: string[] }>`/v1/${'a/b'}/visits`.query('q', 'é&').json().visits.join(' ');
    case 'again':
      return api.get<string>('/v1/again').json();
    case 'all':
      return api.all([api.get<string>('/v1/a'), api.get<string>('/v1/b').optional()]).map(String).join(' ');
    case 'late':
      return api.get<string>('/v1/late').json();
    case 'cached': {
      const cache = new Cache(context, 'cached', { fresh: { seconds: 60 }, stale: { hours: 1 } });
      const get = () => cache.getOrFetch('key', () => api.get<number>('/v1/count').json());
      return `${get()} ${get()}`;
    }
    case 'secret':
      return `${secrets.reveal('token')}, ${config.get('absent') ?? 'nothing'}`;
    case 'locale':
      return new Locale('de').money('1234.5', 'EUR') + new Locale('en').longDate(Timestamp.fromUnix(1_778_572_800));
    case 'throttled':
      throw new Throttled(7);
    case 'trap':
      throw new TypeError('a fault of the plugin');
    default:
      log.warn('nothing is known', { asked });
      throw new NotPermitted();
  }
}
