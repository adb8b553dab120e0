// What the plugin says of itself, for connectors, operators and people.

import { defineAbout } from '@insight-host/sdk';

export const about = defineAbout({
  title: 'Tailspin Sign',
  description:
    'Shows sellers which agreements of an account wait for signatures, which expire soon, and what was signed.',
  version: '1.0.0',
  publisher: {
    name: 'Tailspin Toys',
    website: 'https://sign.tailspin.example',
    privacyPolicy: 'https://sign.tailspin.example/privacy',
    supportEmail: 'support@tailspin.example',
  },
  brandColor: '#5c2e91',
  languages: ['en', 'de'],
  categories: ['Sales and CRM'],
  example: { recordType: 'account', recordId: '42' },
});
