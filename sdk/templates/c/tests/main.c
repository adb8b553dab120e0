// Unit tests, without a host. One that fails ends the program at its assertion.

#include <stdio.h>

#include "tests.h"

int main(void) {
  test_record_summary();
  test_record_details();
  test_key_sales_info();
  test_email_summary();
  test_email_draft();
  test_chat();
  puts("all tests passed");
}
