#include "tests.h"

void test_chat(void) {
  exports_insight_provider_chat_call_context_t context = {0};
  exports_insight_provider_chat_input_t input = {text("accountName"), {.val.text = text("fourth coffee")}};
  exports_insight_provider_chat_chat_request_t request = {.skill = text("orders"), .inputs = {&input, 1}};
  exports_insight_provider_chat_chat_answer_t answer;
  exports_insight_provider_chat_failure_t failure;

  // Each order of the account has a card.
  assert(exports_insight_provider_chat_answer(&context, &request, &answer, &failure));
  assert(answer.cards.len == 3);
}
