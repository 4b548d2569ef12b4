zones = "cn-hangzhou-h"
