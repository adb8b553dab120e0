// Questions in the chat: where the orders of an account stand.

#include <stdlib.h>

#include "orders.h"
#include "plugin.h"
#include "texts.h"

typedef exports_insight_provider_chat_skill_t skill_t;
typedef exports_insight_provider_chat_parameter_t parameter_t;
typedef exports_insight_provider_chat_input_t input_t;
typedef exports_insight_provider_chat_card_t card_t;
typedef exports_insight_provider_chat_chat_request_t request_t;
typedef exports_insight_provider_chat_chat_answer_t answer_t;

void exports_insight_provider_chat_skills(exports_insight_provider_chat_list_skill_t *skills) {
  parameter_t *account = malloc(sizeof *account);
  *account = (parameter_t){
      .name = text("accountName"),
      .description = text("Name of the account, such as Fourth Coffee"),
      .kind = EXPORTS_INSIGHT_PROVIDER_CHAT_PARAMETER_KIND_TEXT,
      .required = true,
  };
  skills->len = 1;
  skills->ptr = malloc(sizeof *skills->ptr);
  *skills->ptr = (skill_t){
      .name = text("orders"),
      .title = text("Chat about orders"),
      .description = text("Finds the latest orders of an account and where they stand."),
      .parameters = {account, 1},
  };
}

bool exports_insight_provider_chat_answer(exports_insight_provider_chat_call_context_t *context, request_t *request,
                                          answer_t *answer, exports_insight_provider_chat_failure_t *failure) {
  (void)context;
  (void)failure;
  orders_t orders = {0};
  for (size_t i = 0; i < request->inputs.len; i++) {
    const input_t *input = &request->inputs.ptr[i];
    if (text_is(&input->name, "accountName")) {
      orders = orders_by_name(&input->value.val.text);
    }
  }

  card_t *cards = calloc(orders.count, sizeof *cards);
  for (size_t i = 0; i < orders.count; i++) {
    const order_t *order = &orders.first[i];
    cards[i] = (card_t){
        .title = order_title(order),
        .url = some(order_url(order)),
        .body.tag = EXPORTS_INSIGHT_PROVIDER_CHAT_CARD_BODY_CONTENT,
        .body.val.content = {.text = some(order_sentence(order)), .facts = order_properties(order)},
    };
  }
  *answer = (answer_t){.cards = {cards, orders.count}, .language = some(text("en"))};
  return true;
}
