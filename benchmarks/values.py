"""How long find_values takes over all kinds; `python benchmarks/values.py`."""

import time
from datetime import datetime
from statistics import median

from nlu.values.values import find_values

NOW = datetime(2026, 11, 23, 12)
ROUNDS = 200
UTTERANCES = {
    "en": (
        "please can you tell me what the balance of my current savings account is today",
        "i would like to move my delivery from next tuesday to the third of may please",
        "the card payment of forty two pounds on the twenty first of june was not me",
        "could you send a hundred and twenty pounds fifty to anna tomorrow at half past three",
        "book me in between nine and twelve on friday for an hour and a half please",
        "hello i am calling because the new card i ordered has not arrived in the post",
        "my number is oh seven seven double zero nine hundred one two three four five six",
    ),
    "zh": (
        "请帮我查一下我的储蓄账户余额是多少谢谢",
        "我想把一千二百块五毛转给张三明天下午三点半之前",
        "下周三上午九点到十二点可以吗大概一个半小时",
        "我的手机号是一三八零零一三八零零零",
    ),
}


def main() -> None:
    for language, utterances in UTTERANCES.items():
        for text in utterances:
            spent = []
            for _ in range(ROUNDS):
                begin = time.perf_counter_ns()
                find_values(text, now=NOW, language=language, currency="GBP")
                spent.append((time.perf_counter_ns() - begin) / 1_000)
            spent.sort()
            print(f"{language}  p50 {median(spent):5.0f} us  p95 {spent[int(0.95 * ROUNDS)]:5.0f} us  {text}")


if __name__ == "__main__":
    main()
