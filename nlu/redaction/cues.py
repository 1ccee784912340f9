"""Words that tell what a string of digits is: personal, or an amount, a date, a count. English and Chinese. Data only.

A cue says what the digits behind it are when only linking words stand between ("my card number is ...").
"""

STRONG = {
    **dict.fromkeys(
        "pin pins passcode passcodes password otp cvv cvc cv2 cvn security secret pass-code".split(), "code"
    ),
    **dict.fromkeys("iban swift bic".split(), "iban"),
    **dict.fromkeys("passport passports".split(), "passport"),
    **dict.fromkeys("ssn social nino insurance ni identity identification id".split(), "national_id"),
    **dict.fromkeys("postcode postal zip zipcode".split(), "postcode"),
    **dict.fromkeys("phone mobile telephone tel cell cellphone landline fax whatsapp".split(), "phone"),
    **dict.fromkeys("licence license".split(), "national_id"),
    **dict.fromkeys("sort routing".split(), "account"),
}
"""What follows is personal whatever it looks like."""

WEAK = {
    **dict.fromkeys("card visa mastercard amex maestro unionpay debit credit".split(), "card"),
    **dict.fromkeys("account acct iban".split(), "account"),
    **dict.fromkeys("code codes verification authentication".split(), "code"),
    **dict.fromkeys("reference ref order booking tracking policy membership member customer invoice ticket claim case "
                    "registration plate reg vin registration plate reg vin confirmation reservation serial login "
                    "username loyalty".split(), "reference"),
    **dict.fromkeys("call ring text dial reach".split(), "phone"),
}  # fmt: skip
"""What follows is personal unless it is plainly an amount, a date or a count."""

GENERIC = frozenset("number numbers num nr digits digit back ending ends # №".split())
"""Says that a number follows; the word before may say which."""

CODES = {"sort": "account", "zip": "postcode", "post": "postcode", "postal": "postcode", "bank": "account"}
"""What a "code" is, by the word before."""

LINKS = frozenset(
    "is are was were no be been being 's it it's its it’s that's that that’s this these those there there's the a an "
    "my our his "
    "her their your for of on at to in with as follows following i i'm you me we they will would should says said say "
    "saying reads called which got get getting and so one's here here's front reverse last first final "
    "three four six eight sixteen long full new old current other me contact up back under below only just actually "
    "um umm uh uhm er erm eh ah hmm mm like okay ok right yes yeah yep sure well then now sorry wait please thanks "
    "let see hang think mean know , : . ; - – — … \" ' ( ) = ~ believe number's pin's code's digits' received "
    "entered typed sent gave just try want thank use using enter type press put tried saw national social personal "
    "one time bank temporary home work two".split()
)

AMOUNT = frozenset(
    "pay paid paying cost costs costing price priced worth spend spent spending owe owes owed earn earns earning "
    "withdraw withdrew withdrawing deposit deposited save saved saving charge charged charges transfer transferred "
    "limit balance "
    "total amount budget salary rent fee fees loan borrow lend lent invest invested about around roughly approximately "
    "approx nearly almost over under than least most between minimum maximum max min extra another exactly "
    "up some top win won lost lose spare points miles population bill bonus refund sum".split()
)
"""What follows is an amount or a count, unless a cue for a string stands nearer."""

LABELS = frozenset(
    "article page pages room version channel route bus flight gate model windows iso section chapter volume episode "
    "season "
    "level size floor platform line track width height weight top fortune boeing error highway interstate".split()
)

SYMBOLS = frozenset("£ $ € ¥ ￥ ₹ ₽ % ‰ usd gbp eur cny rmb aud cad chf inr jpy hkd".split())
UNITS_BEHIND = frozenset(
    "£ $ € ¥ % ° pound pounds quid dollar dollars buck bucks euro euros cent cents pence penny yuan rmb renminbi "
    "yen franc francs "
    "rupee rupees kroner krona zloty usd gbp eur cny percent per percentage degrees degree people persons person "
    "men women kids "
    "children guests passengers customers users members employees students visitors fans seats tickets steps "
    "calories kcal points "
    "years year months month weeks week days day hours hour minutes minute mins seconds times times' metres meters "
    "meter metre "
    "kilometres kilometers km kms mile miles feet foot ft inches inch yards kg kilos kilo grams gram g lb lbs "
    "pounds' tons tonnes ton "
    "litres liters litre liter ml watts kwh mb gb tb megabytes gigabytes words pages copies items units pieces "
    "boxes bottles "
    "votes shares square cubic hundred thousand million billion k am pm o'clock oclock a.m p.m hundredths odd ish "
    "gmt bc ad "
    "st nd rd th mg cm mm hz mhz ghz dpi rpm bpm mph points' stars reviews photos songs episodes followers views "
    "likes downloads "
    "fps p degrees' or so something grand sterling".split()
) - {"so", "or"}  # fmt: skip
UNITS_BEHIND_ZH = frozenset(
    "年月日元块圆角分万千百亿个人张次天小时点米公里斤件位名只台辆本页步岁度多家套条集票周刻倍秒刀镑％%"
)

MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul "
    "aug sep "
    "sept oct nov dec".split()
)
ORDINAL_ENDS = frozenset({"st", "nd", "rd", "th"})
YEAR_LEADS = (
    frozenset(
        "in since from of year until till by before after during between early late mid spring summer autumn fall "
        "winter "
        "christmas circa released made the a to and & for year's years than season class back around".split()
    )
    | MONTHS
)
YEAR_FOLLOWS = frozenset(
    "model edition version song songs film films movie movies album albums season election contract agreement "
    "statement tax world "
    "olympics budget report show series book novel track tune tunes music hit hits was were when i we and".split()
)
TIME_LEADS = frozenset("at by until till from to before after around about between past for the near @ or and".split())
TIME_FOLLOWS = frozenset(
    "am pm a.m p.m o'clock in tomorrow today tonight on train flight appointment slot sharp this next every a p "
    "works suits".split()
)

STRONG_ZH = (
    ("验证码", "code"), ("校验码", "code"), ("动态码", "code"), ("密码", "code"), ("口令", "code"), ("安全码",
    "code"), ("cvv", "code"),
    ("cvc", "code"), ("三位", "code"), ("背面", "code"), ("身份证", "national_id"), ("证件", "national_id"), ("护照",
    "passport"),
    ("手机", "phone"), ("电话", "phone"), ("座机", "phone"), ("传真", "phone"), ("邮编", "postcode"), ("邮政编码",
    "postcode"),
    ("卡号", "card"), ("账号", "account"), ("帐号", "account"), ("单号", "reference"), ("订单", "reference"),
    ("会员号", "reference"),
    ("尾号", "card"), ("号码", "number"), ("账户", "account"), ("密碼", "code"), ("驗證碼", "code"), ("身份證",
    "national_id"),
    ("電話", "phone"), ("手機", "phone"), ("工号", "reference"), ("社保", "national_id"),
)  # fmt: skip
