"""The words people type: which count for nothing, which for little, and which mean the same.

Tables only; `bot.search.words` applies them.
"""

STOP = frozenset(
    """a about actually after again all already also am an and any anybody anyone anything are as at aye be
    because been before being between both bro btw but by bye can cant could couldnt current currently cuz d
    did didnt do does doesnt doing done dont dude each either else en entire even ever every exactly few for
    from fyi gonna good got gotta great guess guys had has hasnt have havent having he hello help her here
    hey hi him his hmm i id idk if ill im in instead into is isnt it its ive just kind kinda know lets like
    ll lol look lot made make many may maybe me might more most much my myself n nah never new no nope not
    now o of off oh ok okay on once one ones only onto or other our ours out over perhaps please pls plz
    possible pretty quick quickly quite r rather re really right s same say see seem shall she should
    shouldnt so some somebody someone something sometimes somewhere sort still stuff such sure t tell than
    thank thanks thats the their them then there theres these they thing things think this those though
    through thx to today together told too try trying u under until up upon ur us usual usually various ve
    very wanna want wants was wasnt way we well were werent weve what whats whatever whatre will with within
    without won wont wonder wondering would wouldnt ya yeah yes yet yo you your youre yours yourself that
    explain describe understand question answer info information everything nothing everyone everybody soon
    basically wtf wth tbh imo imho haha hiya heya howdy ppl w wo omg ugh yall dunno gimme lemme aint
    arent whos wheres hows whens nope folks honestly literally seriously anyways whatsoever oops asap
    """.split()
)
"""Words that never say what a question is about."""

FIELD_WORDS = """
soc soc1 soc2 soc3 audit auditor criteria control evidence type1 type2 cuec csoc attestation compliance vendor
subservice window opinion exception assertion ssae isae cpa report
"""
"""Words by which a question shows that it is about this field, whatever else it tells."""

LIGHT_WORDS = """
who how whom whose when where why which go going give get require come take use ask show find keep put happen
work allow able call time people person part big small first last next day month week year company talk let
provide include real matter point long best better worse name list line bad two three four five six ten seven
eight count number fully main pick simple short mean
"""
"""Words that say a little: they choose between entries, and hardly count toward knowing the subject."""

ORDINARY_WORDS = """
accept add advice afraid ahead answer apply argue arrive attempt available avoid aware away basic become
begin behave believe belong big bit bother bring brief build busy buy careful carry catch cause chance cheap
check choice choose clean clear close collect common complete concern confuse confusing consider contain
continue correct couple create cross curious cut daily deal decide decision deep deliver depend detail
difficult direct download draft drop early easy easier effect effort email enter entirely essential exact
expect experience explanation extra face fact fair fall familiar far fast favorite feel fill final fine
finish fit fix folks follow forget formal forward found free freak friend full fun further future general
generally given goal gone grow habit half hand handle hang happy hard hate hear heard heavy high hold honest
hope hour huge idea ignore imagine immediate important improve increase initiate interest involve join jump
keep kick kid kill late lately later latest learn least less level life likely limit link listen little live
load lose low lucky main manage mention mess middle mind minute miss mistake mix modern moment money morning
move near need nervous nice normal notice obtain obvious occur odd offer old open order ordinary original
overall page particular past pay perfect personally phrase picture piece place plain planning plenty popular
position prefer prepare present pressure previous probably problem proper properly push quarter quiet raise
range rare reach read ready reality realize reasonable receive recent recently recommend reduce refer
regular related relate relevant remain remember remind remove repeat replace reply respond rest result
return roughly round rule run rush sad safe save scared scary search second sense separate serious set
several shape share short side sign significant similar simply single sit situation size skip slow soft
solve sorry sound speak special specific spend spot stand standard state step stop story straight strange
stress strict strong struggle stuck stupid succeed sudden suggest suit summary support suppose surprise
switch team term terrible thinking thought throw tight topic total touch tough track treat trouble true
trust turn typical undergo unless unsure update urgent useful version view wait walk warn waste watch weird
welcome win wise word worried worry worst worth write wrong yesterday young ruin ran charge
embarrassed embarassed standup wife husband brother sister mom dad cousin uncle boss bosses ceo cto cfo coo
ciso vp founder cofounder leadership leader lead investor prospect prospects procurement deck slide bullet
bullets datasheet monday tuesday wednesday thursday friday saturday sunday january february march april june
july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec afternoon
evening noon tonight weekend weekly lunch coffee slack zoom chat thread channel ping pinged pings message dm
spreadsheet sheet doc docs notion confluence wiki inbox comment comments mentions negotiable realistically
ballpark approx zero hundred thousand million dozen lots ton tons bunch pile stack heap overkill overwhelmed
panic panicking panicked freaking freaked toast doomed screwed stressed confused lost dumb silly noob newbie
beginner junior senior intern buddy mate man woman lady colleague teammate neighbor boyfriend girlfriend
insist insists insisted demand demands demanding pushing pushes pushed bug bugging bugs bothers bothering
nag nags nagging chase chasing chased wonders claims claimed claim argues argued arguing argument fight
fighting fought disagree disagrees agree agreed tells telling saying says said hearing reads reading writing
wrote written typed typing copied paste pasted pasting scroll scrolling clicked click button screen
tab pages pdf file attachment attached forwarded sends sending sent gave gives giving gets getting gotten
received receives bought buying sold selling sell paid paying pays afford afforded quote quotes quoted
cheaply cheaper cheapest pricey quickest fastest easiest hardest biggest smallest tiny medium large nicer
nicely neat cool awesome lovely fancy shiny ugly famous known unknown tomorrow eventually suddenly anymore
anyway besides totally completely partly mostly mainly barely nearly almost enough spare bits pieces sides
whole double triple stick sticks sticking hanging holding sits sitting standing lie lies lying sleep wake
runs running drive drives driving fly flying ship ships shipping shipped land landed climb happily gladly
sadly luckily hopefully obviously clearly apparently supposedly presumably expected expects expecting
supposed assume assumed assuming guessing guessed figured figure tick ticked ticks tickbox checkbox checked
checking crossed crossing entail entails picked picking choosing chosen decided deciding debate debating
discussed discussing discuss ought shouldve couldve wouldve mustve realy acually definately recieve untill
wich becuase thier teh alot
"""
"""Everyday words: they say little when no entry knows them, and less than a term of the field when one does."""

ATTRIBUTE_WORDS = """
long often valid enough sign write start end cover purpose benefit exclude leave option skip external internal
inside outside cost require annual differ example
"""
"""Words that ask for a side of a topic and never name one: a turn of these leans on the turn before."""

REFERRING = frozenset("it its this that these those they them their one ones other".split())
"""Words that stand for something said before."""

OPENERS = frozenset("and or but so also then plus".split())
"""First words of a turn that goes on from the turn before."""

FRAMES = frozenset("what whats whatre explain describe mean understand about standfor".split())
"""Words that turn a single term into a whole question: "what is sampling"."""

ALIASES = """
soc 1 | soc i | soc one | soc#1 | soc1
soc 2 | soc ii | soc two | soc#2 | soc2
soc 3 | soc iii | soc three | soc#3 | soc3
type 1 | type i | type one | t1 | type1 | typei
type 2 | type ii | type two | t2 | type2 | typeii
trust services criteria | tsc | tscs | trust service criteria | trust criteria | tsp
trust services categories | trust service categories | trust services principles | trust service principles
    | trust principles
bridge letter | gap letter | bridging letter | comfort letter
complementary user entity controls | cuec | cuecs | user entity controls | complementary controls
    | complementary user controls
complementary subservice organization controls | csoc | csocs | complementary subservice controls
carve out | carveout | carved out | carve out method
inclusive | inclusive method
service organization | service organisation | service org
subservice organization | subservice organisation | sub service organization | sub service organisation
    | subservice org | subservicer | subprocessor | fourth party
user entity | user entities | user organization | user organisation
internal control over financial reporting | icfr | internal controls over financial reporting
penetration test | pentest | pen test | penetration testing | pen testing | pentesting
mfa | 2fa | multi factor authentication | multifactor authentication | two factor authentication
    | multi factor | multifactor | two factor | 2 factor
nda | non disclosure agreement | nondisclosure agreement | non disclosure | nondisclosure
    | confidentiality agreement
point in time | as of date | as of | snapshot | single date | specific date
disaster recovery | dr | drp
business continuity | bcp | bc plan
incident response | ir plan | irp
segregation of duties | sod | separation of duties
personal data | pii | personal information | personally identifiable information
background check | background screening | background checks | vetting | employee screening | criminal check
security awareness | security training | awareness training
least privilege | principle of least privilege | polp | minimum access
access review | user access review | uar | access recertification | recertification
system description | description of the system | section 3
management assertion | assertion of management | managements assertion | assertion letter
new hire | joiner | onboard | newcomer | new joiner | starter
offboard | leaver | termination | terminate | leavers | departing employee
vendor | supplier | third party | 3rd party | vendors | third parties
customer | client | clients
employee | staff | worker | personnel | coworker | colleague
company | organization | organisation | org | business | firm | corporation | enterprise
organization chart | org chart | organizational structure | organisational structure | organisation chart
    | organization structure | org structure | reporting lines
differ | vs | versus | diff | difference | different | compare | comparison | distinction | distinguish | v
cost | price | pricing | fee | expensive | cheap | budget | how much money
require | mandatory | compulsory | obligatory | need | must | necessary | obliged | mandate | have to | has to
    | requirement | needed
mean | meaning | means | define | definition | meant
annual | yearly | every year | each year | per year | once a year | annually | every 12 months
    | every single year
how long | duration | how many months | how many weeks | how many days | how much time
how often | frequency | how frequently | how frequent | cadence | how regularly
how many | number of
how much
stand for | acronym | abbreviation | abbreviated | stands for
window | period | observation period | audit period | audit window | review period | observation window
    | timeframe | time frame | examination period | reporting period
audit | examination | examine
cpa | accountant | certified public accountant | accountancy | accounting firm | cpa firm
certify | certified | certification | certificate | cert
comply | compliant | compliance
vulnerability | vuln | vulns
screenshot | screen shot | screen grab | screengrab | screencap | screen capture
iso 27001 | iso27001 | iso 27 001 | iso27k
purpose | reason | why bother
benefit | advantage | upside
exception | deviation | audit finding
opinion | auditor opinion | auditors opinion | audit opinion
readiness assessment | gap assessment | gap analysis | readiness | pre audit | dry run
fieldwork | field work
code of conduct | conduct standards | workplace conduct | code of ethics
minimum | min | at least | shortest
maximum | max | at most | longest
auditor | audit firm | auditing firm | service auditor firm
consultant | consultancy | consulting | consulting firm | consult | consulted | advisor | adviser
dispose | disposal | destroy | destruction | erase | wipe
submit | hand in | turn in | upload
website | web site | homepage | marketing page
compliance tool | automation tool | compliance software | compliance platform | grc tool | vanta | drata
    | secureframe
fail | failed | flunk
control owner | owner of a control | owner of the control | owns a control | own a control | owns the control
no incidents | no incident | zero incidents
non profit | not for profit | nonprofit | charity
cover letter | covering letter
internal audit
audit trail
cloud provider | aws | azure | gcp | hosting provider | cloud host
"""
"""One line a meaning: the first spelling gives the key, the others lead to it."""
