"""Common given names and family names, to tell "i'm sarah" from "i'm late" where a text has no capitals. Data only.

Written by us, not complete: a name that is missing is still found behind "my name is" and before "speaking".
"""

GIVEN = frozenset(
    """
    aaliyah aaron abby abdul abdullah abigail adam adil aditya adrian agnes ahmed aidan aisha ajay akira alan
    albert alejandro alessandro alex alexander alexandra alexis alfie alfred ali alice alicia alison allison
    amanda amber amelia amir amit amy ana ananya anastasia anders andre andrea andreas andreea andrew andy
    angela angelina angelo anil anita anjali ann anna anne annie anthony antonio arjun arthur arun ashley astrid
    audrey austin ava ayesha barbara beatrice beatriz becky ben benjamin bernard beth bethany betty beverly
    bianca bilal bill billy bjorn bob bobby boris brad brandon brenda brett brian bridget bruce bryan caitlin
    callum cameron camila camille carl carla carlos carmen carol caroline carolyn catherine cathy cecilia chad
    charles charlie charlotte chiara chloe chris christian christina christine christopher ciara cindy claire
    clara claudia colin connor craig cristina cynthia daisy damian dan daniel daniela daniele danielle danny
    darren darryl dave david dean debbie deborah deepa deepak denise dennis derek diana diane diego dimitri
    divya dmitri dominic donald donna dora doris dorothy douglas duncan dustin dylan eddie edgar edith eduardo
    edward edwin eileen elaine eleanor elena eli elijah elizabeth ella ellen ellie elsa elsie emilia emily emma
    emmanuel enrique eric erica erik erika erin ernest esther ethan eugene eva evan evelyn fabio faisal farah
    fatima fay federico felix fergus fernando finn fiona florence frances francesca francis francisco frank
    fraser fred frederick freya gabriel gabriela gail gareth gary gavin gemma geoff geoffrey george georgia
    gerald gerard gerry giles gillian gina giovanni gita giulia glen glenn gloria gordon grace graham greg
    gregory greta guillermo gwen hamza hanna hannah hans harriet harry haruto harvey hassan hazel heather heidi
    helen helena henrik henry hiro hiroshi howard hugh hugo ian ibrahim ignacio igor imogen imran ines ingrid
    irene iris isaac isabel isabella isabelle isla ivan ivy jack jackie jackson jacob jacqueline jake jakob
    jamal james jamie jan jane janet janice jasmine jason jasper javier jay jean jeff jeffrey jen jenna jennifer
    jenny jens jeremy jerry jess jesse jessica jill jim jimmy joan joanna joanne joao joaquin joe joel johan
    johanna john johnny jon jonas jonathan jordan jorg jorge jose josef joseph josephine josh joshua joyce juan
    jude judith judy julia julian julie julio jurgen justin karen karim karl kate katherine kathleen kathryn
    kathy katie kavita keith kelly ken kenji kenneth kerry kevin khalid kieran kim kimberly kirsten kirsty klaus
    kofi kumar kurt kwame kyle lakshmi lara lars latoya laura lauren laurence lawrence leah lee leila lena leo
    leon leonard leslie lewis liam lily linda lindsay lisa lloyd logan lorenzo lorraine louis louisa louise luca
    lucas lucia luciana lucy luis luka lukas luke lydia lyn lynn mabel maddison madeleine magda magnus mahmoud
    malcolm mandy manoj manuel marc marcel marcela marco marcus margaret maria marian mariana marie marina mario
    marion marjorie mark martha martin martina mary mateo mateusz mathew matias matilda matt matteo matthew
    maureen maurice maya meera megan mehmet mei melanie melissa mia michael michelle mick miguel mike mikhail
    milan millie milly mina miriam mohamed mohammad mohammed mohan molly monica morgan muhammad mustafa nabil
    nadia nancy naoko naomi natalie natasha nathan naveen neeraj neha neil nia niamh nicholas nick nicola
    nicolas nicole nigel nikhil nikita nikki nikolai nina nisha noah noel nora norman olga oliver olivia omar
    omari oscar oskar owen pablo paige pamela paola pat patricia patrick paul paula pauline pawel pedro penelope
    perry peter petra phil philip phillip phoebe pierre piotr pippa pooja pradeep prakash priya rachel rafael
    rafaela rahul raj rajesh ralph ramon rania rashid raul ravi raymond rebecca reginald reza rhys ricardo
    richard rick ricky rita rob robbie robert roberta roberto robin rodney rodrigo roger rohan roland ron ronald
    rosa rose rosemary rosie ross roxanne roy ruby rupert russell ruth ryan sabrina sadie sally salvatore sam
    samantha samir samuel sandeep sandra sanjana sanjay santiago sara sarah scott sean sebastian sergei sergio
    shane shannon sharon shaun sheila shirley shreya siddharth simon simone sinead siobhan sofia sonia sophia
    sophie stacey stanley stefan stella stephanie stephen steve steven stuart sue sunil sunita suresh susan
    susanna suzanne sven sylvia tamara tania tanya tariq teresa terry tess thea theo theodore theresa thomas
    tiffany tim timothy tina toby todd tom tomas tomasz tommy toni tony tracey tracie tracy trevor trish troy
    tyrone ursula usman valentina valeria valerie vanessa varun vera veronica vicky victoria vijay vikram
    vincent vishal vivian vladimir walter wanda wayne wei wendy wesley william willie winston xavier xin yan
    yasmin yasmine ying yolanda yuki yusra yusuf yuto yvonne zachary zahra zain zainab zara zeynep zoe
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
