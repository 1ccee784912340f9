"""Common given names and family names, to tell "i'm sarah" from "i'm late" where a text has no capitals. Data only.

Written by us, not complete: a name that is missing is still found behind "my name is" and before "speaking".
"""

GIVEN = frozenset(
    """
    aaron abby abdul abigail adam adrian agnes ahmed aidan aisha alan albert alejandro alex alexander alexandra
    alexis alfie alfred ali alice alicia alison allison amanda amber amelia amir amy ana anastasia andre andrea
    andreas andrew andy angela angelina anita ann anna anne annie anthony antonio arjun arthur ashley astrid
    audrey austin ava barbara beatrice becky ben benjamin bernard beth bethany betty beverly bianca bilal billy
    bob bobby boris brandon brenda brian bridget bruce bryan caitlin callum cameron camille carl carla carlos
    carmen carol caroline carolyn catherine cathy cecilia charles charlotte chloe chris christian christina
    christine christopher ciara claire clara claudia colin connor craig cristina cynthia daisy damian dan daniel
    daniela danielle danny darren dave david dean deborah denise dennis derek diana diane diego dimitri dmitri
    dominic donald donna dora doris dorothy douglas duncan dylan eddie edith edward eileen elaine eleanor elena
    eli elijah elizabeth ella ellen ellie elsa emily emma emmanuel enrique eric erica erik erin ethan eugene eva
    evan evelyn fatima felix fernando fiona florence frances francesca francis francisco frank fred frederick
    gabriel gareth gary gavin gemma geoff geoffrey george georgia gerald gerard gillian gina giovanni gloria
    gordon graham greg gregory greta hamza hannah hans harriet harry harvey hassan hazel heather heidi helen
    helena henry hiroshi howard hugh hugo ian ibrahim igor imran ines ingrid irene iris isaac isabel isabella
    isabelle isla ivan jack jackie jackson jacob jacqueline jake james jamie jan jane janet janice jasmine jason
    javier jay jean jeff jeffrey jen jennifer jenny jeremy jerry jesse jessica jill jim jimmy joan joanna joanne
    joe joel johan johanna john johnny jon jonas jonathan jordan jorge jose josef joseph josephine josh joshua
    joyce juan judith judy julia julian julie julio justin karen karl karim kate katherine kathleen kathryn
    kathy katie keith kelly ken kenneth kerry kevin khalid kieran kim kimberly kirsten kofi kumar kyle lars
    laura lauren laurence lawrence leah lee leila lena leo leon leonard leslie lewis liam lily linda lindsay
    lisa logan lorenzo louis louisa louise luca lucas lucia lucy luis luke lydia lynn maddison madeleine magda
    malcolm manuel marc marcel marco marcus margaret maria marie marina mario marion marjorie martha martin
    martina mary mateo mathew matilda matt matteo matthew maureen maurice mei megan mehmet melanie melissa mia
    michael michelle miguel mike mikhail millie miriam mohamed mohammad mohammed molly monica morgan muhammad
    mustafa nadia nancy naomi natalie natasha nathan neil nia nicholas nick nicola nicolas nicole nigel nikita
    nikolai nina noah noel nora norman olga oliver olivia omar oscar owen pablo pamela pat patricia patrick paul
    paula pauline pedro penelope peter petra phil philip phillip phoebe pierre priya rachel rafael raj rajesh
    ralph ramon raymond rebecca reginald rita robert roberta roberto robin rodney roger roland ronald rosa
    rosemary rosie roy ruby rupert russell ruth ryan sabrina sally sam samantha samir samuel sandra sanjay sara
    sarah scott sean sebastian sergei sergio shannon sharon shaun sheila shirley simon simone siobhan sofia
    sonia sophia sophie stacey stanley stella stephanie stephen steve steven stuart sue susan susanna suzanne
    sven sylvia tamara tania tanya tariq teresa terry theo theodore theresa thomas tiffany tim timothy tina toby
    todd tom tommy tony tracey tracy trevor ursula valentina valerie vanessa vera veronica vicky victoria vijay
    vincent vivian vladimir walter wanda wayne wei wendy william winston xavier yan yasmin yolanda yuki yusuf
    yvonne zachary zara zoe
    """.split()
)

FAMILY = frozenset(
    """
    adams ahmed ali allen anderson bailey baker barnes begum bell bennett brooks brown campbell carter chan chen
    clark clarke collins cook cooper cox cruz davies davis diaz edwards evans fernandez fischer foster garcia
    gomez gonzalez gray green griffin gupta haddad hall harris harrison hernandez hill hughes hussain ivanov
    jackson james jenkins johnson jones kaur kelly khan kim king kowalski kumar larsen lee lewis li liu lopez
    macdonald martin martinez mcdonald miller mitchell moore morgan morris muller murphy nelson nguyen okafor
    o'brien o'connor ortiz owen parker patel perez peters peterson phillips powell price ramirez reed reyes
    richardson rivera roberts robertson robinson rodriguez rogers rossi russell sanchez sanders schmidt scott
    shah sharma shaw silva singh smith stewart sullivan taylor thomas thompson thomson torres turner walker wang
    ward watson webb weber white williams williamson wilson wood wright wu yang young zhang dubois
    """.split()
)

SURNAMES_ZH = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜"
    "倪严牛温芦季俞章鲁葛伍"
    "韦申尤毕聂丛焦向柳邢骆岳齐尚梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查"
    "屈鲍位覃霍翁隋植甘景"
    "薄单包司柏宁柯阮桂闵解强柴华车冉房边張劉陳楊趙黃吳孫馬羅鄭謝韓馮許鄧葉蕭蘇盧蔣賈魏鍾譚陸錢湯龐嚴溫"
    "伏全符党褚窦奚郎昌岑滕邬卞穆湛禹狄贝臧茅麻娄危刁虞昝裘缪宗宣郁杭吉钮嵇荣荀惠封芮储汲巫乌仲伊宫仇栾厉戎祖束"
    "幸韶郜印宿蒲邰鄂索咸卓蔺屠蒙池胥闻莘贡劳姬扶堵宰郦雍桑濮寿扈燕冀郏浦晏瞿慕茹习宦慎戈庾暨衡弘匡寇禄阙沃蔚夔"
    "隆巩晁敖融冷訾阚简饶沙鞠丰巢蒯荆竺权逯盖桓佟"
)
COMPOUND_SURNAMES_ZH = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 端木 南宫 西门 独孤 宇文 长孙".split()
)

NOT_NAMES = frozenset(
    """
    a about above across actually after again ago all almost also always am an and another any anyone anything
    are around as ask asking at away back bad be because been before behind being below best better between both
    but by call called caller calling came can can't cannot case changed check come coming correct could
    customer day days did didn't do does doesn't doing don't done down each early either else enough even ever
    every everything fine first for from full get getting give given go going gone good got had happy has hasn't
    have haven't having he he'd he's hello help her here hers hi him his home hope how i i'd i'll i'm i've if in
    incorrect inside into is isn't it it's its just keep know last late later least let like live locked looking
    lost made make many may maybe me mine misspelled misspelt missing more most much must my myself name need
    needed never new next no nobody not nothing now of off ok okay old on once one only or other our out outside
    over own part past please possible problem put quite rather ready really reason right said same say see
    seems send sent she she's should sick since so some someone something soon sorry spelled spelling spelt
    spoke speak speaking still stolen stuck such sure take talk tell than thank thanks that that's the their
    them then there there's these they they're thing things think this those though through time tired to today
    together told tomorrow tonight too trying try two under unhappy until up upset us use used using very via
    waiting want wanted wants was wasn't way we we'd we'll we're we've week well went were weren't what what's
    when where which while who who's whose why will wish with without won't work working worried would wouldn't
    wrong yeah yes yesterday yet you you'd you'll you're you've your yours and/or unable urgent ridiculous great
    nice awful terrible absolutely totally completely currently account bank card number phone email address
    order payment money afraid aware available interested broke busy confused disappointed angry annoyed
    frustrated glad eighteen planning hoping wondering having moving travelling traveling leaving living staying
    sending buying paying facing experiencing seeing able based abroad overseas locked curious concerned charged
    overdrawn regarding registered visible anytime whenever sometime immediately sir madam babe changed appears
    shows field differs monday tuesday wednesday thursday friday saturday sunday shown printed listed written
    wrongly misspelt blank empty required important secret common unique long short
    """.split()
)
"""Words that begin or end no name where a sentence goes on without one ("i'm calling", "this is urgent")."""
