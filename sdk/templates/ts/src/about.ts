// What the plugin says of itself, for connectors, operators and people.

import { defineAbout } from '@insight-host/sdk';

export const about = defineAbout({
  title: 'My Plugin',
  description: 'Shows sellers the latest orders of an account, and where each of them stands.',
  version: '0.1.0',
  publisher: {
    name: 'Contoso Ltd.',
    website: 'https://contoso.example',
    privacyPolicy: 'https://contoso.example/privacy',
    supportEmail: 'support@contoso.example',
  },
  brandColor: '#0f6cbd',
  languages: ['en'],
  categories: ['Sales and CRM'],
  example: { recordType: 'account', recordId: '42' },
});
