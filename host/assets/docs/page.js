// Shows the OpenAPI document of the host that this page comes from. What the caller pastes is kept in memory alone.
'use strict';

const door = document.getElementById('door');
const problem = document.getElementById('problem');

// `?provider=contoso-hub` shows one provider's own document.
const provider = new URLSearchParams(location.search).get('provider');
const isName = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(provider ?? '');
const base = location.pathname.replace(/\/api\/docs$/, '');
const source = isName ? `${base}/api/providers/${provider}/openapi.json` : `${base}/api/openapi.json`;

function show(spec, headers) {
  door.hidden = true;
  problem.textContent = '';
  // Requests that are tried out go to where the page is, whatever name the host has for others.
  spec.servers = [{ url: base || '/' }];
  SwaggerUIBundle({
    spec,
    dom_id: '#document',
    validatorUrl: 'none',
    requestInterceptor: (request) => {
      Object.assign(request.headers, headers);
      return request;
    },
  });
}

async function load(headers) {
  let response;
  try {
    response = await fetch(source, { headers, credentials: 'omit' });
    const body = await response.json();
    if (response.ok) {
      show(body, headers);
    } else {
      // Who has shown nothing yet is asked first.
      const isUnknown = response.status === 401 || response.status === 403;
      door.hidden = !isUnknown;
      problem.textContent = isUnknown && !Object.keys(headers).length ? '' : body.errorMessage;
    }
  } catch (error) {
    problem.textContent = `The document cannot be loaded: ${error.message}`;
  }
}

door.addEventListener('submit', (event) => {
  event.preventDefault();
  const secret = document.getElementById('secret').value.trim();
  const isKey = new FormData(door).get('kind') === 'key';
  load(isKey ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}` });
});

load({});
