"""What stands around personal data when callers give it, and sentences with nothing personal in them.

`{}` is the place of the secret. Every fourth sentence of a list is held out while the detector is developed.
"""

CARRIERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("card", "en"): (
        "my card number is {}", "it's {}", "the long number on the front is {}",
        "sure, it's {}, do you need the expiry date?",
        "{}", "can you charge it to {} please", "I've got the card here, {}", "the sixteen digits are {}",
        "I want to pay with my Visa, the number is {} and it is in my wife's name", "ok so that's {}",
        "somebody used my card {} to buy things online", "please block {}, I lost it on the train",
        "my new mastercard is {} but it gets declined", "number {} is the one I want removed",
        "I typed {} and the page said invalid", "yes the debit card, {}",
    ),
    ("card", "zh"): (
        "我的卡号是{}", "银行卡号{}", "卡号：{}，请帮我查一下", "你记一下，{}",
        "我那张信用卡丢了，号码是{}，麻烦挂失", "{}",
        "就是尾号前面那一串，{}", "用{}这张卡付款",
    ),
    ("account", "en"): (
        "my account number is {}", "the account is {}", "please send it to {}", "it's {} with Barclays", "{}",
        "sort code and account number are {}", "I'd like to move everything from {} into savings",
        "the number on my statement says {}",
        "yeah {} that's my account", "could you look up {} for me", "my sort code is {}",
        "the money should go to account {}",
    ),
    ("account", "zh"): (
        "我的账号是{}", "账户{}", "请转到{}这个账户", "账号麻烦您记一下{}", "存折上写的是{}", "对方账号是{}",
    ),
    ("iban", "en"): (
        "my IBAN is {}", "the iban is {} and the bank is in Germany", "please pay it into {}", "it's {}",
        "send the refund to {}",
        "I have an international account, {}", "{}", "here is the number {}",
    ),
    ("code", "en"): (
        "my pin is {}", "the code is {}", "the verification code you sent is {}", "it says {}", "{}",
        "my password is {}",
        "I just got a text with {}", "okay the one time passcode is {}", "{} is what the message says",
        "I entered {} but it didn't work",
        "the security code's {} I think", "for the door use {}", "um it's {}",
        "yes my pin number is {}, is that right?",
        "so the six digit code I received was {}", "passcode {}",
    ),
    ("code", "zh"): (
        "验证码是{}", "我的密码是{}", "收到的短信验证码{}", "动态码是{}", "{}", "取款密码{}，但是不对",
        "您说的那个码是{}", "是{}",
    ),
    ("security_code", "en"): (
        "the cvv is {}", "the three digits on the back are {}", "security code {}", "my cvc is {}",
        "and the security code is {}",
        "the number on the back of the card is {}", "CVV: {}", "the last three digits on the back, {}",
    ),
    ("security_code", "zh"): ("安全码是{}", "卡背面三位数是{}", "CVV是{}", "背面的后三位{}"),
    ("phone", "en"): (
        "my phone number is {}", "you can call me on {}", "call me back at {}", "my mobile is {}",
        "ring me on {} after six",
        "the best number to reach me is {}", "it's {}", "{}", "I'm calling from {}", "text me at {} please",
        "please update it to {}",
        "my wife's number is {} if I don't pick up", "contact number {}", "Tel. {}",
        "yes, you can leave a message on {}",
        "I've changed my number, the new one's {}",
    ),
    ("phone", "zh"): (
        "我的电话是{}", "手机号{}", "请打{}", "打我手机{}就行", "联系电话：{}", "你可以拨{}找我", "{}",
        "号码是{}，下午有人接",
    ),
    ("email", "en"): (
        "my email is {}", "my email address is {}", "send it to {}", "you can reach me at {}", "it's {}", "{}",
        "please email the receipt to {}", "the address on the account is {}", "write to {} and I'll answer",
        "my work email's {}",
        "I signed up with {} last year", "that would be {}", "contact {} for the invoice", "yes it's still {}",
        "could you change it to {} please", "the login is {} I believe",
    ),
    ("email", "zh"): ("我的邮箱是{}", "发到{}", "邮箱：{}", "邮件请发送到{}，谢谢", "电子邮箱地址是{}", "注册用的是{}"),
    ("national_id", "en"): (
        "my national insurance number is {}", "my social security number is {}", "my ID number is {}",
        "NI number {}", "it's {}",
        "my social is {}", "the number on my ID card is {}", "for identification, {}", "SSN {}",
        "{} is my national insurance number",
    ),
    ("national_id", "zh"): (
        "我的身份证号是{}", "身份证号码{}", "证件号：{}", "{}", "身份证是{}，你核对一下", "我身份证{}",
    ),
    ("passport", "en"): (
        "my passport number is {}", "passport {}", "the passport is {}", "I'm travelling on passport number {}",
        "it's on the photo page, passport number {}", "my passport no. is {}",
    ),
    ("passport", "zh"): ("我的护照号是{}", "护照号码{}", "护照：{}"),
    ("reference", "en"): (
        "my booking reference is {}", "the order number is {}", "order {}", "reference number {}",
        "the tracking number's {}",
        "my customer number is {}", "I have a claim, {}", "my membership number is {}", "policy number {}",
        "the confirmation code is {}",
    ),
    ("reference", "zh"): ("订单号是{}", "我的订单号{}", "会员号{}", "单号是{}"),
    ("postcode", "en"): (
        "my postcode is {}", "the postcode is {}", "post code {}", "my zip code is {}", "zip {}", "I live in {}",
        "the billing postcode's {}", "it's {}",
    ),
    ("postcode", "zh"): ("邮编是{}", "邮政编码{}", "我家邮编{}"),
    ("address", "en"): (
        "my address is {}", "I live at {}", "please deliver it to {}", "send it to {}", "I've moved to {}", "it's {}",
        "the billing address is {}", "we are at {} now", "my new address is {}", "I'm at {}",
        "can a technician come to {}",
        "ship it to {} instead",
    ),
    ("address", "zh"): ("我住在{}", "我的地址是{}", "送到{}", "地址：{}", "请寄到{}", "收货地址是{}"),
    ("date_of_birth", "en"): (
        "my date of birth is {}", "I was born on {}", "date of birth {}", "my birthday is {}", "DOB {}",
        "my birth date is {}",
        "I was born {}", "my daughter was born on {}",
    ),
    ("date_of_birth", "zh"): ("我的出生日期是{}", "我是{}出生的", "生日是{}", "出生年月{}"),
    ("name", "en"): (
        "my name is {}", "this is {} speaking", "hello, this is {}", "I'm {} and I have a question", "my name's {}",
        "{} speaking", "the name is {}", "it's {} here", "my full name is {}", "the account is in the name of {}",
        "hi my name is {} and I'd like to check my balance", "you can call me {}", "the name on the card is {}",
        "I am {}, I called yesterday", "it's under the name {}", "this is {} calling about my order",
    ),
    ("name", "zh"): ("我叫{}", "我是{}", "我的名字是{}", "我名字叫{}，想查一下余额", "姓名{}", "你好，我叫{}",
    "本人{}", "我姓名是{}"),
}  # fmt: skip

LEADS = ("", "", "", "", "um, ", "hi, ", "yes, ", "okay so ", "well ", "right, ", "sorry, ", "hello there, ")
TAILS = ("", "", "", "", " please", ", thanks", " thank you", ", okay?", " I think", " if that helps")
LEADS_ZH = ("", "", "", "你好，", "嗯，", "那个，", "喂，")
TAILS_ZH = ("", "", "", "，谢谢", "。", "，对吗", "，麻烦了")

CLEAN: tuple[str, ...] = (
    "transfer {money} to my savings", "I'd like to pay {money} {day}", "can I book a table for {count} {day} at {time}",
    "it costs {money}", "my rent is {money} a month", "I was charged {money} twice", "withdraw {money} please",
    "the price went up by {percent}", "I get {percent} interest", "there were {large} people at the concert",
    "I ordered {count} chairs and {count} tables", "my appointment is {day} at {time}", "can we meet at {time} instead",
    "the meeting is from {time} to {time}", "are you open {day}", "I have lived here since {year}",
    "in {year} I opened an account",
    "the contract from {year} says something else", "I want {count} tickets for {day}",
    "it took {count} hours and {count} minutes",
    "my flight leaves {day} at {time}", "we drove {large} miles last summer", "the population is {large}",
    "I walked {large} steps today",
    "please send {money} to my landlord and {money} to the gym", "what is {percent} of {money}",
    "the delivery is late by {count} days",
    "I need {count} or {count} of them", "the temperature is {count} degrees", "set an alarm for {time}",
    "remind me {day} at {time}",
    "my salary is {money}", "the limit is {money} per day", "how many points do I get for {money}",
    "the film came out in {year}",
    "can you move it to {day}", "I'd like a loan of {money} over {count} years", "no not {money}, {money}",
    "there is a fee of {money} on my bill", "I used {large} minutes last month", "is {money} enough for {count} people",
    "the {ordinal} payment didn't go through", "I'm waiting since {time}", "the shop closes at {time} {day}",
    "the sale ends {day}",
    "I was born to run", "my name is on the list", "I'm calling about my card", "this is urgent", "it's me again",
    "I'm at work right now",
    "I live in London", "what's my account number", "I forgot my pin", "what is the security code for",
    "my phone is broken",
    "send me an email please", "meet me at the station", "the address is wrong", "I'm looking at my statement",
    "this is ridiculous",
    "do you need my date of birth", "my birthday is next week", "can I change my phone number",
    "the post code is missing",
    "I am very unhappy with this", "it's not working", "I'm sorry about that", "my passport expired",
    "how do I change my name",
    "the first one is double the price", "one of the two cards was stolen", "I have two accounts and three cards",
    "look at the two of them", "one moment please", "give me five minutes", "one more thing",
)  # fmt: skip

CLEAN_ZH: tuple[str, ...] = (
    "转{money}到我的储蓄账户", "我想{day}{time}预约", "一共{money}", "房租每个月{money}", "利率是{percent}",
    "有{large}个人参加",
    "我要订{count}张票", "{day}上午{time}可以吗", "我从{year}年就在这里开户了", "{year}年的合同", "等了{count}天了",
    "余额还有{money}",
    "手续费是{money}吗", "帮我查一下余额", "我的卡丢了", "密码忘了怎么办", "我是来办理业务的", "我叫不到车",
    "我想改一下手机号",
    "地址填错了", "我住在北京", "邮箱收不到邮件", "走了{large}步", "涨了{percent}", "第{count}次打电话了",
    "生日可以打折吗",
)  # fmt: skip
